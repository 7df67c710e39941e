import Domain
import PostgresClient

/// Takes sends out of the queue that are past their validity: what is stale is failed, not sent.
///
/// The state of the entries is to be computed anew in the same transaction. Locks: the queue rows, skipping what others
/// hold, their prepared attempts, then the entries.
public struct ExpireSends: Statement {
    /// The statement.
    public static let sql = """
        WITH late AS MATERIALIZED (
            SELECT q.entry_id, q.attempt_id
            FROM queue.send AS q
            WHERE q.lease_owner IS NULL
              AND q.give_up_at <= now()
            ORDER BY q.give_up_at
            LIMIT $1
            FOR UPDATE SKIP LOCKED
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
        FROM (SELECT l.entry_id FROM late AS l ORDER BY l.entry_id) AS l
        WHERE e.id = l.entry_id
          AND e.status = 'pending'  -- what evidence has settled meanwhile did not expire
        RETURNING e.id
        """
    let limit: Int32

    /// Expires up to `limit`.
    public init(limit: Int32) { self.limit = limit }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(Int64(limit)) }

    /// The entries.
    public func decode(_ rows: Rows) throws(PostgresError) -> Set<EntryID> {
        Set(try rows.map { row throws(PostgresError) in EntryID(rawValue: try row.uuid(0)) })
    }
}
