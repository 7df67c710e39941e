import PostgresClient

/// Lists the endpoints of an account, or the operators', in the order in which they were made.
public struct ListEndpoints: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement. No account has more than ``AddEndpoint/countMax``.
    public static let sql = """
        SELECT \(EndpointRecord.columns) FROM alert.endpoint AS e WHERE \(EndpointOwner.isOwn) ORDER BY e.id
        """
    let account: String?

    /// Lists those of this account; of the operators where it is nil.
    public init(account: String?) { self.account = account }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(account) }

    /// The endpoints.
    public func decode(_ rows: Rows) throws(PostgresError) -> [EndpointRecord] {
        try rows.map { row throws(PostgresError) in try EndpointRecord(row) }
    }
}
