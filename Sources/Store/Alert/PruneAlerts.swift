import Domain
import PostgresClient

/// Removes notifications past their retention with their deliveries, and old rule events and deleted endpoints.
package struct PruneAlerts: Statement {
    package static let sql = """
        SELECT pruned.notifications FROM \(LocalCommit.source) CROSS JOIN alert.prune(\(RetentionSQL.span), $3) AS pruned
        """
    let retention: Duration
    let now: Timestamp
    let rowsMax: Int32

    /// Removes at most `rowsMax` of each that are older than this, also by this machine's clock.
    package init(retention: Duration, now: Timestamp, rowsMax: Int32) {
        self.retention = retention
        self.now = now
        self.rowsMax = rowsMax
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(interval: retention)
        parameters.append(timestamptz: now.microseconds)
        parameters.append(rowsMax)
    }

    /// How many notifications were removed.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64() ?? 0 }
    }
}
