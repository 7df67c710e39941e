import Domain
import PostgresClient

/// Cancels an entry that waits: takes it out of the queue and withdraws an attempt that was only prepared.
///
/// The transaction must hold the locks of the queue row and of the entry. Locks: the attempts it withdraws.
package struct CancelEntry: Statement {
    package static let sql = """
        WITH unqueued AS (
            DELETE FROM queue.send AS s
            WHERE s.entry_id = $1
        ), withdrawn AS (
            UPDATE outbox.attempt AS a
            SET state = 'not_sent', counts = false, settled_at = now()
            WHERE a.entry_id = $1
              AND a.state = 'prepared'
        )
        UPDATE outbox.entry AS e
        SET cancelled_at = now()
        WHERE e.id = $1
        """
    let id: EntryID

    /// Cancels this one.
    package init(_ id: EntryID) { self.id = id }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    /// How many were cancelled: one.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
