import Domain
import PostgresClient

/// An attempt that this process looks up now.
package struct LeasedLookup: Sendable, Equatable {
    /// The attempt.
    package var attemptID: AttemptID
    /// Its entry.
    package var entryID: EntryID
    /// The lease's number.
    package var fence: Int64
    /// How often it was looked up before.
    package var triesBefore: Int32
    /// Unclear or accepted; nothing else waits.
    package var state: AttemptState
    /// The provider's id of the message, where it is known.
    package var providerMessageID: String?
    /// The provider's day of the dispatch, by the time zone set for it.
    package var day: CivilDate
    /// How long ago it was dispatched.
    package var age: Duration
    /// The time left until the deadline; zero or less: this is the last look.
    package var timeLeft: Duration
    /// Whether a receipt proves that it was taken, without saying what became of it.
    package var hasReceipt: Bool
    /// Whether the deadline for its outcome has passed, so that only its receipt's is still to come.
    package var isGivenUp: Bool
    /// Who pays.
    package var account: String
    /// The account's own policy at the unclear deadline; nil for the setting's.
    package var unclearPolicy: UnclearPolicy?
    /// The account's own cap of automatic retries; nil for the setting's.
    package var maxAutomaticRetries: Int32?
    /// Attempts of its cycle that count, itself included.
    package var counted: Int32
}

/// Leases due look-ups to one process, those of unknown outcomes first, however many receipts are overdue.
///
/// An unclear attempt that a receipt proves to have been taken has the deadline of a receipt, not that of an unclear
/// attempt. Locks: the rows, skipping what others hold.
package struct LeaseLookups: Statement {
    package static let sql = """
        WITH due AS MATERIALIZED (
            SELECT one.attempt_id
            FROM (VALUES (0), (1)) AS wanted (priority)
            CROSS JOIN LATERAL (
                SELECT k.attempt_id
                FROM queue.lookup AS k
                WHERE k.provider = $1
                  AND k.priority = wanted.priority
                  AND k.lease_owner IS NULL
                  AND k.due_at <= now()
                ORDER BY k.due_at, k.attempt_id
                LIMIT $2
                FOR UPDATE SKIP LOCKED
            ) AS one
            ORDER BY wanted.priority
            LIMIT $2
        ), leased AS (
            UPDATE queue.lookup AS k
            SET lease_owner = $3, lease_until = now() + $4, fence = k.fence + 1
            FROM due AS d
            WHERE k.attempt_id = d.attempt_id
            RETURNING k.attempt_id, k.entry_id, k.fence, k.tries, k.deadline_at
        )
        SELECT l.attempt_id, l.entry_id, l.fence, l.tries, a.state, a.provider_message_id,
               (coalesce(a.dispatched_at, a.prepared_at) AT TIME ZONE $5)::date,
               (extract(epoch FROM now() - coalesce(a.dispatched_at, a.prepared_at)) * 1000000)::bigint,
               (extract(epoch FROM CASE WHEN a.state = 'unclear' AND (r.found OR a.is_given_up)
                                              THEN a.dispatched_at + $6
                                        ELSE l.deadline_at END - now()) * 1000000)::bigint,
               r.found, a.is_given_up, e.account, b.unclear_policy, b.max_automatic_retries,
               (SELECT count(*)::integer FROM outbox.attempt AS one
                WHERE one.entry_id = l.entry_id AND one.cycle = a.cycle AND one.counts AND one.state <> 'prepared')
        FROM leased AS l
        CROSS JOIN LATERAL (
            SELECT one.cycle, one.state, one.provider_message_id, one.dispatched_at, one.prepared_at,
                   one.unclear_deadline_passed_at IS NOT NULL AS is_given_up
            FROM outbox.attempt AS one
            WHERE one.id = l.attempt_id
            OFFSET 0  -- fence, see ReadEvidence
        ) AS a
        CROSS JOIN LATERAL (
            SELECT EXISTS (SELECT FROM outbox.receipt AS one
                           WHERE one.entry_id = l.entry_id AND one.attempt_id = l.attempt_id) AS found
        ) AS r
        JOIN outbox.entry AS e ON e.id = l.entry_id
        LEFT JOIN billing.account AS b ON b.name = e.account
        """
    let provider: String
    let limit: Int32
    let owner: UInt128
    let lease: Duration
    let timeZone: String
    let receiptDeadline: Duration

    /// Leases up to `limit`.
    package init(
        provider: String, limit: Int32, owner: UInt128, lease: Duration, timeZone: String, receiptDeadline: Duration
    ) {
        self.provider = provider
        self.limit = limit
        self.owner = owner
        self.lease = lease
        self.timeZone = timeZone
        self.receiptDeadline = receiptDeadline
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(Int64(limit))
        parameters.append(uuid: owner)
        parameters.append(interval: lease)
        parameters.append(timeZone)
        parameters.append(interval: receiptDeadline)
    }

    /// What was leased.
    package func decode(_ rows: Rows) throws(PostgresError) -> [LeasedLookup] {
        try rows.map { row throws(PostgresError) in
            LeasedLookup(
                attemptID: AttemptID(rawValue: try row.uuid()), entryID: EntryID(rawValue: try row.uuid()),
                fence: try row.int64(), triesBefore: try row.int32(), state: try row.value(),
                providerMessageID: try row.optionalText(), day: CivilDate(daysSinceEpoch: try row.date()),
                age: .microseconds(try row.int64()), timeLeft: .microseconds(try row.int64()),
                hasReceipt: try row.bool(), isGivenUp: try row.bool(), account: try row.text(),
                unclearPolicy: try row.optionalValue(),
                maxAutomaticRetries: try row.optionalInt32(), counted: try row.int32())
        }
    }
}
