import Domain
import PostgresClient

/// Takes sends that are past their validity out of the queue: they fail instead of being sent.
///
/// The state of the entries must be computed anew in the same transaction. Locks: the queue rows and their entries,
/// skipping a send where others hold either, so that one held row hides no others; then their prepared attempts.
package struct ExpireSends: Statement {
    package static let sql = """
        WITH late AS MATERIALIZED (
            SELECT q.entry_id, q.attempt_id
            FROM queue.send AS q
            JOIN outbox.entry AS e ON e.id = q.entry_id
            WHERE q.lease_owner IS NULL
              AND q.give_up_at <= now()
            ORDER BY q.give_up_at
            LIMIT $1
            FOR UPDATE OF q SKIP LOCKED
            FOR NO KEY UPDATE OF e SKIP LOCKED
        ), gone AS (
            DELETE FROM queue.send AS q USING late AS l WHERE q.entry_id = l.entry_id
        ), withdrawn AS (
            UPDATE outbox.attempt AS a
            SET state = 'not_sent', counts = false, settled_at = now()
            FROM late AS l
            WHERE a.id = l.attempt_id
              AND a.state = 'prepared'
        )
        UPDATE outbox.entry AS e
        SET expired_at = now()
        FROM late AS l
        WHERE e.id = l.entry_id
          AND e.status = 'pending'  -- what evidence has settled meanwhile did not expire
        RETURNING e.id
        """
    let limit: Int32

    /// Expires up to `limit`.
    package init(limit: Int32) { self.limit = limit }

    package func bind(_ parameters: inout Parameters) { parameters.append(Int64(limit)) }

    /// The entries.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<EntryID> {
        Set(try rows.map { row throws(PostgresError) in EntryID(rawValue: try row.uuid()) })
    }
}
