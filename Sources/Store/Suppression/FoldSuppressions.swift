import PostgresClient

/// Counts anew the pairs of account and number that opted out or in. One process at a time; the others do nothing.
public struct FoldSuppressions: Statement {
    /// The statement.
    public static let sql = "SELECT outbox.fold_suppressions($1) FROM \(LocalCommit.source)"
    let rowsMax: Int32

    /// Counts the pairs of up to `rowsMax` notes.
    public init(rowsMax: Int32) { self.rowsMax = rowsMax }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(rowsMax) }

    /// How many notes were taken out.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64(0) ?? 0 }
    }
}
