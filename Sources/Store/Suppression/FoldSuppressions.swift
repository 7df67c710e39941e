import PostgresClient

/// Counts anew the pairs of account and number that opted out or in. One process at a time; the others do nothing.
package struct FoldSuppressions: Statement {
    package static let sql = "SELECT outbox.fold_suppressions($1) FROM \(LocalCommit.source)"
    let rowsMax: Int32

    /// Counts the pairs of up to `rowsMax` notes.
    package init(rowsMax: Int32) { self.rowsMax = rowsMax }

    package func bind(_ parameters: inout Parameters) { parameters.append(rowsMax) }

    /// How many notes were taken out.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64() ?? 0 }
    }
}
