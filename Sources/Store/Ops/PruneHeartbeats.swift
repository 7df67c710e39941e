import PostgresClient

/// Removes signs of life that are older than a span, and those that are still to come: noted while the database's clock
/// was ahead, they would be what is known of their processes for as long.
package struct PruneHeartbeats: Statement {
    package static let sql = "SELECT ops.prune_heartbeats($1, $2) FROM \(LocalCommit.source)"
    let keep: Duration?
    let rowsMax: Int32

    /// Keeps those of the last span, or all that are not still to come, and removes at most `rowsMax` others.
    package init(keep: Duration?, rowsMax: Int32) {
        self.keep = keep
        self.rowsMax = rowsMax
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(interval: keep)
        parameters.append(rowsMax)
    }

    /// How many were removed.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64() ?? 0 }
    }
}
