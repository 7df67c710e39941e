import PostgresClient

/// Removes settled entries past their retention, with their attempts and receipts, and parked receipts of the same age.
public struct PruneOutbox: Statement {
    /// The statement.
    public static let sql = """
        SELECT pruned.entries FROM \(LocalCommit.source) CROSS JOIN outbox.prune($1, $2) AS pruned
        """
    let retention: Duration
    let rowsMax: Int32

    /// Removes up to so many entries whose creation, scheduled time and latest attempt are longer ago than this.
    public init(retention: Duration, rowsMax: Int32) {
        self.retention = retention
        self.rowsMax = rowsMax
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(interval: retention)
        parameters.append(rowsMax)
    }

    /// How many entries were removed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64(0) ?? 0 }
    }
}
