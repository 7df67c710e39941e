import Domain
import PostgresClient

/// Frees sends whose worker died or stood still past its lease.
///
/// Whether the provider was called is not known: a dispatched attempt becomes unclear, is looked up, and its row leaves
/// the queue. An outcome that was recorded stands. Rows without such an attempt become free. Locks: the queue rows,
/// skipping what others hold, then their attempts.
public struct RescueSends: Statement {
    /// The statement.
    public static let sql = """
        WITH lost AS MATERIALIZED (
            SELECT q.entry_id, q.attempt_id
            FROM queue.send AS q
            WHERE q.provider = $1
              AND q.lease_owner IS NOT NULL
              AND q.lease_until < now()
            ORDER BY q.lease_until
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), judged AS MATERIALIZED (
            SELECT l.entry_id, l.attempt_id, a.state
            FROM lost AS l
            LEFT JOIN LATERAL (
                SELECT one.state FROM outbox.attempt AS one WHERE one.id = l.attempt_id
                OFFSET 0  -- fence, see ReadEvidence
            ) AS a ON true
        ), unclear AS (
            UPDATE outbox.attempt AS a
            SET state = 'unclear'
            FROM judged AS j
            WHERE a.id = j.attempt_id
              AND a.state = 'dispatched'
            RETURNING a.id, a.entry_id, a.dispatched_at
        ), looked_up AS (
            INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at)
            SELECT u.id, u.entry_id, $1, 0, now() + $3, u.dispatched_at + $4
            FROM unclear AS u
            ON CONFLICT DO NOTHING
        ), gone AS (
            DELETE FROM queue.send AS q
            USING judged AS j
            WHERE q.entry_id = j.entry_id
              AND j.state NOT IN ('prepared', 'not_sent')
        ), freed AS (
            UPDATE queue.send AS q
            SET lease_owner = NULL, lease_until = NULL,
                attempt_id = CASE WHEN j.state = 'prepared' THEN j.attempt_id END
            FROM judged AS j
            WHERE q.entry_id = j.entry_id
              AND coalesce(j.state IN ('prepared', 'not_sent'), true)
        )
        SELECT j.entry_id FROM judged AS j
        """
    let provider: String
    let limit: Int32
    let lookUpAfter: Duration
    let unclearDeadline: Duration

    /// Frees up to `limit` sends; unclear attempts are looked up after a while, until a deadline after their dispatch.
    public init(provider: String, limit: Int32, lookUpAfter: Duration, unclearDeadline: Duration) {
        self.provider = provider
        self.limit = limit
        self.lookUpAfter = lookUpAfter
        self.unclearDeadline = unclearDeadline
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(Int64(limit))
        parameters.append(interval: lookUpAfter)
        parameters.append(interval: unclearDeadline)
    }

    /// The entries that were freed, whose state is to be computed anew.
    public func decode(_ rows: Rows) throws(PostgresError) -> Set<EntryID> {
        Set(try rows.map { row throws(PostgresError) in EntryID(rawValue: try row.uuid(0)) })
    }
}
