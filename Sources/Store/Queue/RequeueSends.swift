import Domain
import PostgresClient

/// An attempt that turned out not to have been sent, after its row had left the queue.
package struct LateRetry: Sendable, Equatable {
    /// The attempt.
    package var attemptID: AttemptID
    /// When another may follow, from now.
    package var dueAfter: Duration

    package init(attemptID: AttemptID, dueAfter: Duration) {
        self.attemptID = attemptID
        self.dueAfter = dueAfter
    }
}

/// Queues entries again whose latest attempt became `not_sent` after its lease was lost: the outcome came late, when
/// the rescue had already made the attempt unclear and removed its row. Without this, such an entry would wait for
/// ever.
///
/// Leaves out entries that were cancelled, have expired, are suppressed, were given up at the unclear deadline, or are
/// in a later cycle. Locks: the new rows.
package struct RequeueSends: Statement {
    package static let sql = """
        INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle, tries, counted, fence)
        SELECT e.id, e.provider, e.account, CASE e.priority WHEN 'high' THEN 0 ELSE 1 END,
               now() + given.due_microseconds * interval '1 microsecond', coalesce(e.valid_until, now() + $3), e.cycle,
               cycle.tries, cycle.counted, \(LeaseSQL.firstFence)
        FROM unnest($1::uuid[], $2::bigint[]) AS given (attempt_id, due_microseconds)
        JOIN outbox.attempt AS a ON a.id = given.attempt_id
        JOIN outbox.entry AS e ON e.id = a.entry_id
        CROSS JOIN LATERAL (
            SELECT count(*)::integer AS tries, (count(*) FILTER (WHERE one.counts))::integer AS counted,
                   max(one.number) AS last
            FROM outbox.attempt AS one
            WHERE one.entry_id = e.id
              AND one.cycle = e.cycle
        ) AS cycle
        WHERE a.state = 'not_sent'
          AND a.unclear_deadline_passed_at IS NULL
          AND a.cycle = e.cycle
          AND a.number = cycle.last
          AND e.cancelled_at IS NULL
          AND e.expired_at IS NULL
          AND e.suppressed_at IS NULL
        ON CONFLICT DO NOTHING
        """
    let retries: [LateRetry]
    let maxWait: Duration

    /// Queues these; one without a validity of its own waits at most `maxWait` from now.
    package init(_ retries: [LateRetry], maxWait: Duration) {
        self.retries = retries
        self.maxWait = maxWait
    }

    package func bind(_ parameters: inout Parameters) {
        var due = ArrayParameter(.int8)
        for retry in retries { due.append(retry.dueAfter.wholeMicroseconds) }
        parameters.append(ArrayParameter(retries.map(\.attemptID)))
        parameters.append(due)
        parameters.append(interval: maxWait)
    }

    /// How many were queued.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
