import PostgresClient

/// Folds counts of entries into one row a key. One process at a time; the others do nothing.
package struct FoldOutboxTally: Statement {
    package static let sql = "SELECT outbox.fold_tally($1) FROM \(LocalCommit.source)"
    let rowsMax: Int32

    /// Folds up to `rowsMax` rows.
    package init(rowsMax: Int32) { self.rowsMax = rowsMax }

    package func bind(_ parameters: inout Parameters) { parameters.append(rowsMax) }

    /// How many rows were folded.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64() ?? 0 }
    }
}
