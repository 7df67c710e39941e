import Domain
import PostgresClient

/// Parks the receipts of entries that are gone: they were tied to them while these were pruned, which did not see them.
///
/// They are then what they would be had they come a moment later: receipts of no message, which go by their own age. Tied,
/// nothing would ever remove them.
///
/// Locks: those rows. Nobody else ties a receipt to an entry that is gone, so they are the transaction's own.
package struct ParkReceipts: Statement {
    package static let sql = """
        UPDATE outbox.receipt AS r
        SET attempt_id = NULL, entry_id = NULL, matched_at = NULL
        FROM unnest($1::uuid[]) AS gone (id)
        WHERE r.entry_id = gone.id
        RETURNING r.received_at
        """
    let entries: [EntryID]

    /// Parks those of these entries.
    package init(of entries: [EntryID]) { self.entries = entries }

    package func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(entries)) }

    /// When each was taken in.
    package func decode(_ rows: Rows) throws(PostgresError) -> [Timestamp] {
        try rows.map { row throws(PostgresError) in Timestamp(microseconds: try row.timestamptz()) }
    }
}
