import PostgresClient

/// Lists the endpoints of an account, or the operators', in the order in which they were made.
package struct ListEndpoints: Statement {
    package static let access = StatementAccess.reads
    /// The statement. No account has more than ``AddEndpoint/countMax``.
    package static let sql = """
        SELECT \(EndpointRecord.columns) FROM alert.endpoint AS e WHERE \(EndpointOwner.isOwn) ORDER BY e.id
        """
    let account: String?

    /// Lists those of this account; of the operators where it is nil.
    package init(account: String?) { self.account = account }

    package func bind(_ parameters: inout Parameters) { parameters.append(account) }

    /// The endpoints.
    package func decode(_ rows: Rows) throws(PostgresError) -> [EndpointRecord] {
        try rows.map(EndpointRecord.init)
    }
}
