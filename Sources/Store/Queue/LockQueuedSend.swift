import Domain
import PostgresClient

/// Locks the queue row of an entry, if it has one. Take this lock before the entry's own (``LockEntry``).
///
/// Locks: that row, until the transaction ends; waits for a claim of it that is not committed yet.
package struct LockQueuedSend: Statement {
    package static let sql = """
        SELECT s.lease_owner IS NOT NULL
        FROM queue.send AS s
        WHERE s.entry_id = $1
        FOR UPDATE
        """
    let id: EntryID

    /// Locks that of this entry.
    package init(_ id: EntryID) { self.id = id }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    /// Whether a worker holds it; nil where there is no row.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool? {
        try rows.optionalSingle { row throws(PostgresError) in try row.bool() }
    }
}
