import PostgresClient

/// Reads the encoding of the database's texts, such as `UTF8`.
package struct ReadEncoding: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT pg_catalog.current_setting('server_encoding')"

    package init() {}

    /// Postgres's name of it.
    package func decode(_ rows: Rows) throws(PostgresError) -> String {
        try rows.single { row throws(PostgresError) in try row.text() }
    }
}
