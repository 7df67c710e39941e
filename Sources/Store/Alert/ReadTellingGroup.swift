import PostgresClient

/// Reads one group of waiting events. The result is definitive only under the lock of its account's telling, taken by
/// an earlier statement of the transaction.
package struct ReadTellingGroup: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        \(TellingGroup.selection)
        FROM (VALUES ($1::text, $2::text)) AS one (account, kind)
        \(TellingGroup.joins)
        """
    let account: String
    let kind: String

    /// Reads the group of this account, empty for the operators, and kind.
    package init(account: String, kind: String) {
        self.account = account
        self.kind = kind
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(kind)
    }

    /// The group, even where nothing waits.
    package func decode(_ rows: Rows) throws(PostgresError) -> TellingGroup {
        try rows.single(TellingGroup.init)
    }
}
