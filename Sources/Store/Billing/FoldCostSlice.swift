import Domain
import PostgresClient

/// Computes the sums of the youngest due slice of entries, for the reports of costs and deliveries. One process at a
/// time; the others do nothing. Where it is cancelled during a slice, that slice is put off, and the answer is nil.
package struct FoldCostSlice: Statement {
    package static let sql = "SELECT billing.fold_due_slice() FROM \(LocalCommit.source)"

    /// One slice.
    package init() {}

    /// The slice; nil where none is due, or another process is at it.
    package func decode(_ rows: Rows) throws(PostgresError) -> CostSlice? {
        try rows.single { row throws(PostgresError) in
            try row.optionalTimestamptz().map { CostSlice(containing: Timestamp(microseconds: $0)) }
        }
    }
}
