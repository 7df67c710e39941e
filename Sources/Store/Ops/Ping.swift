import PostgresClient

/// Checks that the server answers and takes writes.
package struct Ping: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT NOT pg_catalog.pg_is_in_recovery()"

    package init() {}

    /// Whether it takes writes.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}
