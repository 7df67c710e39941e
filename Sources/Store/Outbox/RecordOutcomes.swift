import Domain
import PostgresClient

/// What is known now about an attempt that was made.
package struct AttemptOutcome: Sendable, Equatable {
    /// The attempt.
    package var attemptID: AttemptID
    /// What it becomes: accepted, rejected, unclear or not sent.
    package var state: AttemptState
    /// Whether it counts against the caps.
    package var counts: Bool
    /// Whether it became rejected because the provider failed and no retry was left, not because it refused the message.
    package var providerFailed: Bool
    /// The provider's id of the message, where it gave one.
    package var providerMessageID: String?
    /// The provider's result code; nil without an answer.
    package var code: String?
    /// The provider's words, shortened; nil without an answer.
    package var answer: String?
    /// Whether it stands over the attempt's own answer, where that was only that it be tried again: another attempt proves
    /// that this one was taken (``FindDuplicateProof``).
    package var isProof: Bool

    package init(
        attemptID: AttemptID, state: AttemptState, counts: Bool, providerFailed: Bool = false,
        providerMessageID: String? = nil, code: String? = nil, answer: String? = nil, isProof: Bool = false
    ) {
        self.attemptID = attemptID
        self.state = state
        self.counts = counts
        self.providerFailed = providerFailed
        self.providerMessageID = providerMessageID
        self.code = code
        self.answer = answer
        self.isProof = isProof
    }
}

/// An attempt that took a step.
package struct AttemptChange: Sendable, Equatable {
    /// The attempt.
    package var attemptID: AttemptID
    /// Its entry, whose state must be computed anew.
    package var entryID: EntryID
}

/// Records outcomes on attempts where the step is legal (``AttemptState/canBecome(_:)``), whoever holds the lease by
/// now: an outcome is evidence about its attempt. With it comes, or goes, the row by which the attempt is looked up.
///
/// An unclear attempt that turns out to be accepted has a receipt's time from then on. So has one that was answered to be
/// tried again, which only a proof makes accepted, no second answer of its own. Repeated, it changes nothing.
/// Locks: the attempts, in the order given, which must be ascending; then their look-ups.
package struct RecordOutcomes: Statement {
    package static let sql = """
        WITH given AS MATERIALIZED (
            SELECT *
            FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::boolean[], $5::text[], $6::text[], $7::text[],
                        $8::boolean[])
                AS given (id, state, counts, failed, provider_message_id, code, answer, is_proof)
        ), old AS MATERIALIZED (
            SELECT a.id, a.state, a.counts
            FROM given
            CROSS JOIN LATERAL (
                SELECT one.id, one.state, one.counts FROM outbox.attempt AS one
                WHERE one.id = given.id FOR NO KEY UPDATE
            ) AS a
        ), changed AS (
            UPDATE outbox.attempt AS a
            SET state = given.state, counts = given.counts, provider_failed = given.failed,
                provider_message_id = coalesce(given.provider_message_id, a.provider_message_id),
                provider_code = coalesce(given.code, a.provider_code),
                provider_answer = coalesce(given.answer, a.provider_answer),
                settled_at = CASE WHEN given.state <> 'unclear' THEN now() END
            FROM old
            JOIN given ON given.id = old.id
            WHERE a.id = old.id
              AND (old.state = 'dispatched' OR old.state = 'unclear' AND given.state <> 'unclear'
                   OR old.state = 'not_sent' AND old.counts AND given.state = 'accepted' AND given.is_proof)
            RETURNING a.id, a.entry_id, a.provider, old.state AS before, a.state, a.dispatched_at
        ), judged AS (
            SELECT c.*, c.state = 'unclear' OR c.state = 'accepted' AND p.sends_receipts AS is_open
            FROM changed AS c
            JOIN ops.provider AS p ON p.name = c.provider
        ), looked_up AS (
            INSERT INTO queue.lookup AS k (attempt_id, entry_id, provider, priority, due_at, deadline_at)
            SELECT j.id, j.entry_id, j.provider, CASE j.state WHEN 'unclear' THEN 0 ELSE 1 END,
                   now() + CASE j.state WHEN 'unclear' THEN $9 ELSE $11 END,
                   CASE j.state WHEN 'unclear' THEN j.dispatched_at + $10 ELSE now() + $12 END
            FROM judged AS j
            WHERE j.is_open
            ON CONFLICT (attempt_id) DO UPDATE
            SET priority = excluded.priority, due_at = excluded.due_at, deadline_at = excluded.deadline_at, tries = 0,
                fence = k.fence + 1, lease_owner = NULL, lease_until = NULL
        ), settled AS (
            DELETE FROM queue.lookup AS k
            USING judged AS j
            WHERE k.attempt_id = j.id
              AND j.before = 'unclear'
              AND NOT j.is_open
        )
        SELECT c.id, c.entry_id FROM changed AS c
        """
    let outcomes: [AttemptOutcome]
    let times: LookupTimes

    /// Records these, in ascending order of attempt.
    package init(_ outcomes: [AttemptOutcome], times: LookupTimes) {
        self.outcomes = outcomes
        self.times = times
    }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var state = ArrayParameter(.text)
        var counts = ArrayParameter(.bool)
        var failed = ArrayParameter(.bool)
        var providerMessageID = ArrayParameter(.text)
        var code = ArrayParameter(.text)
        var answer = ArrayParameter(.text)
        var isProof = ArrayParameter(.bool)
        for one in outcomes {
            id.append(uuid: one.attemptID.rawValue)
            state.append(one.state.rawValue)
            counts.append(one.counts)
            failed.append(one.providerFailed)
            providerMessageID.append(optional: one.providerMessageID) { $0.append($1) }
            code.append(optional: one.code) { $0.append($1) }
            answer.append(optional: one.answer) { $0.append($1) }
            isProof.append(one.isProof)
        }
        for array in [id, state, counts, failed, providerMessageID, code, answer, isProof] { parameters.append(array) }
        parameters.append(interval: times.unclearAfter)
        parameters.append(interval: times.unclearDeadline)
        parameters.append(interval: times.receiptAfter)
        parameters.append(interval: times.receiptDeadline)
    }

    /// The attempts that took the step.
    package func decode(_ rows: Rows) throws(PostgresError) -> [AttemptChange] {
        try rows.map { row throws(PostgresError) in
            AttemptChange(
                attemptID: AttemptID(rawValue: try row.uuid()), entryID: EntryID(rawValue: try row.uuid()))
        }
    }
}
