import PostgresClient

/// Locks accounts until the transaction ends, so that their last balances are read and written by one at a time.
///
/// Locks: the account rows, `FOR NO KEY UPDATE`, in order of name; makes no new version of them. Take these locks last
/// of all that others may wait for, and all at once: then there is no deadlock. Taking some of them again does no harm.
/// The lock gives the transaction an id, so that its commit waits for a synchronous standby even where it writes
/// nothing else.
public struct LockAccounts: Statement {
    /// Parsed and planned once.
    public static let isPrepared = true
    /// The statement.
    public static let sql = "SELECT billing.lock_accounts($1::text[])"
    let names: [String]

    /// Locks these; unknown names are ignored.
    public init(_ names: some Sequence<String>) { self.names = Array(names) }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(texts: names)
    }
}
