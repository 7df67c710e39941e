import Domain
import PostgresClient

/// Frees those sends with lost leases (``FindLostSends``) that are still held under the same fence.
///
/// Nobody knows whether the provider was called: so a dispatched attempt becomes unclear, is looked up, and its row
/// leaves the queue. An outcome that was recorded stands. Rows without such an attempt become free.
///
/// Where the lease has not ended, its holder may live and have the call under way. What it brings is evidence, whenever it
/// comes; and nothing else may be called for this entry before the lease is over, as by then the call is. Only the policy
/// `retry` would, at the deadline of the unclear attempt: so that deadline is never before the lease's end.
///
/// Whether a row is held is asked of the lease's end, by which the index of leases does not come into question: see
/// `LeaseSQL.settle`. For each row it would be read whole, with all that died in it (300 000 leases that a held
/// snapshot kept: 6 s for 256 rows, instead of 14 ms). Locks: the queue rows, skipping what others hold, then their attempts.
package struct RescueSends: Statement {
    package static let sql = """
        WITH lost AS MATERIALIZED (
            SELECT q.entry_id, q.attempt_id, q.lease_until
            FROM unnest($2::uuid[], $3::bigint[]) AS given (entry_id, fence)
            CROSS JOIN LATERAL (
                SELECT one.entry_id, one.attempt_id, one.lease_until
                FROM queue.send AS one
                WHERE one.entry_id = given.entry_id
                  AND one.fence = given.fence
                  AND one.lease_until IS NOT NULL
                FOR UPDATE SKIP LOCKED
            ) AS q
        ), judged AS MATERIALIZED (
            SELECT l.entry_id, l.attempt_id, l.lease_until, a.state
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
            RETURNING a.id, a.entry_id, a.dispatched_at, j.lease_until
        ), looked_up AS (
            INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at)
            SELECT u.id, u.entry_id, $1, 0, now() + $4, greatest(u.dispatched_at + $5, u.lease_until)
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
    let sends: [LostSend]
    let lookUpAfter: Duration
    let unclearDeadline: Duration

    /// Frees these; unclear attempts are looked up after a while, until a deadline after their dispatch.
    package init(_ sends: [LostSend], provider: String, lookUpAfter: Duration, unclearDeadline: Duration) {
        self.sends = sends
        self.provider = provider
        self.lookUpAfter = lookUpAfter
        self.unclearDeadline = unclearDeadline
    }

    package func bind(_ parameters: inout Parameters) {
        var fence = ArrayParameter(.int8)
        for send in sends { fence.append(send.fence) }
        parameters.append(provider)
        parameters.append(ArrayParameter(sends.map(\.entryID)))
        parameters.append(fence)
        parameters.append(interval: lookUpAfter)
        parameters.append(interval: unclearDeadline)
    }

    /// The entries that were freed, whose state must be computed anew.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<EntryID> {
        Set(try rows.map { row throws(PostgresError) in EntryID(rawValue: try row.uuid()) })
    }
}
