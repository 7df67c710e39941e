import Domain
import PostgresClient

/// Prepares another attempt after an unclear one that was given up, and queues it: the account accepts the risk of a
/// second SMS.
///
/// It does so only where the unclear attempt is the latest of its entry's current cycle, nothing proves that it was
/// taken, and the entry is still wanted. The validity is the entry's own, else `maxWait` from now. Locks: the new rows.
package struct PrepareRetries: Statement {
    package static let sql = """
        WITH wanted AS MATERIALIZED (
            SELECT given.id, e.id AS entry_id, e.cycle, e.provider, e.account, e.priority, e.recipient_phone_number,
                   e.valid_until, cycle.tries, cycle.counted, cycle.last
            FROM unnest($1::uuid[], $2::uuid[]) AS given (id, after_id)
            JOIN outbox.attempt AS a ON a.id = given.after_id
            JOIN outbox.entry AS e ON e.id = a.entry_id
            CROSS JOIN LATERAL (
                SELECT count(*)::integer AS tries, (count(*) FILTER (WHERE one.counts))::integer AS counted,
                       max(one.number) AS last
                FROM outbox.attempt AS one
                WHERE one.entry_id = e.id
                  AND one.cycle = e.cycle
            ) AS cycle
            WHERE a.state = 'unclear'
              AND a.cycle = e.cycle
              AND a.number = cycle.last
              AND e.cancelled_at IS NULL
              AND e.expired_at IS NULL
              AND e.suppressed_at IS NULL
              AND coalesce(e.valid_until > now(), true)
              AND NOT EXISTS (SELECT FROM outbox.receipt AS r WHERE r.entry_id = e.id AND r.attempt_id = a.id)
        ), queued AS (
            INSERT INTO queue.send
                (entry_id, provider, account, priority, due_at, give_up_at, cycle, tries, counted, attempt_id, fence)
            SELECT w.entry_id, w.provider, w.account, CASE w.priority WHEN 'high' THEN 0 ELSE 1 END, now(),
                   coalesce(w.valid_until, now() + $3), w.cycle, w.tries, w.counted, w.id,
                   \(LeaseSQL.firstFence)
            FROM wanted AS w
            ON CONFLICT DO NOTHING
            RETURNING attempt_id
        )
        INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at)
        SELECT w.id, w.entry_id, w.cycle, w.last + 1, w.provider, w.recipient_phone_number, 'prepared', now()
        FROM wanted AS w
        JOIN queued AS q ON q.attempt_id = w.id
        """
    let retries: [(id: AttemptID, after: AttemptID)]
    let maxWait: Duration

    /// Prepares these: an id for the new attempt, and the unclear one it follows.
    package init(_ retries: [(id: AttemptID, after: AttemptID)], maxWait: Duration) {
        self.retries = retries
        self.maxWait = maxWait
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(ArrayParameter(retries.map(\.id)))
        parameters.append(ArrayParameter(retries.map(\.after)))
        parameters.append(interval: maxWait)
    }

    /// How many were prepared.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
