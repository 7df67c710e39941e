import Domain
import PostgresClient

/// Finds an endpoint, whosever it is.
package struct FindEndpoint: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT \(EndpointRecord.columns), e.account FROM alert.endpoint AS e WHERE e.id = $1 AND e.deleted_at IS NULL
        """
    let id: EndpointID

    /// Finds this one.
    package init(_ id: EndpointID) { self.id = id }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    /// The endpoint and its account, nil for the operators'; nil where there is none.
    package func decode(_ rows: Rows) throws(PostgresError) -> (endpoint: EndpointRecord, account: String?)? {
        try rows.optionalSingle { row throws(PostgresError) in (try EndpointRecord(&row), try row.optionalText()) }
    }
}
