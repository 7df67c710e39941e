import PostgresClient

/// Counts waiting webhooks by looking at them; the monitor's figure comes from the tallies instead.
package struct CountWaiting: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT count(*) FROM queue.webhook"

    /// Counts.
    package init() {}

    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64() }
    }
}
