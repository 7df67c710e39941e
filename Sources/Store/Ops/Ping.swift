import PostgresClient

/// Checks that the server answers and takes writes.
public struct Ping: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT NOT pg_catalog.pg_is_in_recovery()"

    /// Makes the question.
    public init() {}

    /// Whether it takes writes.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool(0) }
    }
}
