import PostgresClient

/// Locks accounts until the transaction ends, so that their last balances are read and written by one at a time.
///
/// Locks: the account rows, `FOR NO KEY UPDATE`, in order of name; makes no new version of them. Take these locks last
/// of all that others may wait for, and all at once: then there is no deadlock. Taking some of them again does no harm.
/// The lock gives the transaction an id, so that its commit waits for a synchronous standby even where it writes
/// nothing else.
package struct LockAccounts: Statement {
    package static let isPrepared = true
    package static let sql = "SELECT billing.lock_accounts($1::text[])"
    let names: [String]

    /// Locks these; unknown names are ignored.
    package init(_ names: some Sequence<String>) { self.names = Array(names) }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(texts: names)
    }
}
