import PostgresClient

/// Counts waiting webhooks by looking at them; the monitor's figure comes from the tallies instead.
public struct CountWaiting: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT count(*) FROM queue.webhook"

    /// Counts.
    public init() {}

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64(0) }
    }
}
