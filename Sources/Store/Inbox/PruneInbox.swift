import Domain
import PostgresClient

/// Drops days of the inbox past their retention of which nothing waits.
package struct PruneInbox: Statement {
    package static let sql = """
        SELECT pruned.day, pruned.outcome, pruned.row_count, pruned.detail
        FROM \(LocalCommit.source) CROSS JOIN inbox.prune(\(RetentionSQL.span)) AS pruned
        """
    let retention: Duration
    let now: Timestamp

    /// Drops what is older than this, also by this machine's clock.
    package init(retention: Duration, now: Timestamp) {
        self.retention = retention
        self.now = now
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(interval: retention)
        parameters.append(timestamptz: now.microseconds)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [DayUpkeep] {
        try rows.map(DayUpkeep.init)
    }
}
