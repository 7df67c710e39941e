import PostgresClient

/// Reads one group of waiting events. The result is definitive only under the lock of its account's telling, taken by
/// an earlier statement of the transaction.
public struct ReadTellingGroup: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        \(TellingGroup.selection)
        FROM (VALUES ($1::text, $2::text)) AS one (account, kind)
        \(TellingGroup.joins)
        """
    let account: String
    let kind: String

    /// Reads the group of this account, empty for the operators, and kind.
    public init(account: String, kind: String) {
        self.account = account
        self.kind = kind
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(kind)
    }

    /// The group, even where nothing waits.
    public func decode(_ rows: Rows) throws(PostgresError) -> TellingGroup {
        try rows.single { row throws(PostgresError) in try TellingGroup(row) }
    }
}
