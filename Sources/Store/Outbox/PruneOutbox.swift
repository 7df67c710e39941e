import Domain
import PostgresClient

/// Removes settled entries past their retention, with their attempts and receipts, and parked receipts of the same age.
package struct PruneOutbox: Statement {
    package static let sql = """
        SELECT pruned.entries FROM \(LocalCommit.source) CROSS JOIN outbox.prune(\(RetentionSQL.span), $3) AS pruned
        """
    let retention: Duration
    let now: Timestamp
    let rowsMax: Int32

    /// Removes up to so many entries whose creation, scheduled time and latest attempt are longer ago than
    /// this, also by this machine's clock.
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

    /// How many entries were removed.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64() ?? 0 }
    }
}
