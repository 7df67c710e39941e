import Domain
import PostgresClient

/// How many sends of one account and priority to claim.
package struct SendShare: Sendable, Equatable {
    /// The account.
    package var account: String
    /// High before normal.
    package var isHigh: Bool
    /// How many at most.
    package var count: Int32
    /// Of those due from then on, in microseconds since 1970; `Int64.min`: whenever.
    package var dueFrom: Int64

    package init(account: String, isHigh: Bool, count: Int32, dueFrom: Int64 = .min) {
        self.account = account
        self.isHigh = isHigh
        self.count = count
        self.dueFrom = dueFrom
    }
}

/// A send that this process has leased, with its attempt written down as dispatched.
package struct ClaimedSend: Sendable, Equatable {
    /// The entry.
    package var entryID: EntryID
    /// The attempt that is to be made.
    package var attemptID: AttemptID
    /// The lease's number: every write to the queue row repeats it.
    package var fence: Int64
    /// Who pays.
    package var account: String
    /// Attempts of the cycle before this one.
    package var triesBefore: Int32
    /// Those of them that count.
    package var countedBefore: Int32
    /// The account's own cap of automatic retries; nil for the setting's.
    package var maxAutomaticRetries: Int32?
    /// Whether the entry had an attempt before: evidence about that may have settled it since.
    package var hasHistory: Bool
    /// Whether the recipient has opted out of messages of the account: not to be called.
    package var isSuppressed: Bool
    /// E.164 with +.
    package var recipient: String
    /// The text.
    package var text: String
    /// Sender shown to the recipient.
    package var senderID: String
}

/// Leases due sends to one process and writes an attempt of each as dispatched, in one statement.
///
/// Of each share the oldest due ones, from where the look before it found the first: what died before under a held
/// snapshot is not walked over. Of what others hold, the queue row or the entry, nothing is leased or waited for, so
/// fewer may come than are due; what is past its validity is left for ``ExpireSends``. The state of the entries is to
/// be computed anew in the same transaction. Locks: the queue rows and their entries, and attempts of one's own.
package struct ClaimSends: Statement {
    package static let sql = """
        WITH picked AS MATERIALIZED (
            SELECT due.entry_id, row_number() OVER (ORDER BY share.priority, due.due_at, due.entry_id) AS place
            FROM unnest($2::text[], $3::smallint[], $4::integer[], $5::timestamptz[])
                AS share (account, priority, count, due_from)
            CROSS JOIN LATERAL (
                SELECT q.entry_id, q.due_at
                FROM queue.send AS q
                WHERE q.provider = $1
                  AND q.account = share.account
                  AND q.priority = share.priority
                  AND q.lease_owner IS NULL
                  AND q.due_at >= share.due_from
                  AND q.due_at <= now()
                  AND q.give_up_at > now()
                ORDER BY q.due_at, q.entry_id
                LIMIT share.count
                FOR UPDATE SKIP LOCKED
            ) AS due
        ), known AS MATERIALIZED (
            SELECT p.entry_id, p.place, e.recipient_phone_number, e.message, e.sender_id
            FROM picked AS p
            CROSS JOIN LATERAL (
                SELECT one.recipient_phone_number, one.message, one.sender_id
                FROM outbox.entry AS one
                WHERE one.id = p.entry_id
                FOR NO KEY UPDATE SKIP LOCKED
            ) AS e
        ), leased AS (
            UPDATE queue.send AS q
            SET lease_owner = $6, lease_until = now() + $7, fence = q.fence + 1,
                attempt_id = coalesce(q.attempt_id, fresh.id)
            FROM known AS k
            JOIN unnest($8::uuid[]) WITH ORDINALITY AS fresh (id, place) ON fresh.place = k.place
            WHERE q.entry_id = k.entry_id
            RETURNING q.entry_id, q.account, q.cycle, q.tries, q.counted, q.fence, q.attempt_id,
                      q.attempt_id <> fresh.id AS is_prepared, k.place, k.recipient_phone_number, k.message, k.sender_id
        ), made AS (
            INSERT INTO outbox.attempt
                (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at, dispatched_at)
            SELECT l.attempt_id, l.entry_id, l.cycle,
                   1 + (SELECT coalesce(max(a.number), 0) FROM outbox.attempt AS a
                        WHERE a.entry_id = l.entry_id AND a.cycle = l.cycle),
                   $1, l.recipient_phone_number, 'dispatched', now(), now()
            FROM leased AS l
            WHERE NOT l.is_prepared
        ), dispatched AS (
            UPDATE outbox.attempt AS a
            SET state = 'dispatched', dispatched_at = now()
            -- By an array: joined, it may be planned to read all attempts where they are or look few (measured at 8 000: 4
            -- of a claim's 6 ms).
            WHERE a.id = ANY (ARRAY(SELECT l.attempt_id FROM leased AS l WHERE l.is_prepared))
              AND a.state = 'prepared'
            RETURNING a.id
        )
        SELECT l.entry_id, l.attempt_id, l.fence, l.account, l.tries, l.counted, b.max_automatic_retries,
               l.is_prepared OR l.tries > 0 OR l.cycle > 0,
               coalesce((SELECT s.kind = 'suppressed'  -- as FindSuppressed has it
                         FROM outbox.suppression_event AS s
                         WHERE s.account = l.account
                           AND s.number = l.recipient_phone_number
                         ORDER BY s.received_at DESC, s.kind DESC
                         LIMIT 1), false),
               l.recipient_phone_number, l.message, l.sender_id
        FROM leased AS l
        LEFT JOIN billing.account AS b ON b.name = l.account
        WHERE NOT l.is_prepared OR l.attempt_id IN (SELECT d.id FROM dispatched AS d)
        ORDER BY l.place
        """
    let provider: String
    let shares: [SendShare]
    let owner: UInt128
    let lease: Duration
    let freshIDs: [AttemptID]

    /// Claims these shares for a process.
    ///
    /// - Parameters:
    ///   - owner: the process's id.
    ///   - lease: how long the lease lasts, from the transaction's start by the database's clock.
    ///   - freshIDs: ids for new attempts, at least one for each send of the shares.
    package init(
        provider: String, shares: [SendShare], owner: UInt128, lease: Duration, freshIDs: [AttemptID]
    ) {
        self.provider = provider
        self.shares = shares
        self.owner = owner
        self.lease = lease
        self.freshIDs = freshIDs
    }

    package func bind(_ parameters: inout Parameters) {
        var account = ArrayParameter(.text)
        var priority = ArrayParameter(.int2)
        var count = ArrayParameter(.int4)
        var dueFrom = ArrayParameter(.timestamptz)
        for share in shares {
            account.append(share.account)
            priority.append(Int16(share.isHigh ? 0 : 1))
            count.append(share.count)
            dueFrom.append(microseconds: share.dueFrom)
        }
        parameters.append(provider)
        for array in [account, priority, count, dueFrom] { parameters.append(array) }
        parameters.append(uuid: owner)
        parameters.append(interval: lease)
        parameters.append(ArrayParameter(freshIDs))
    }

    /// What was leased: high before normal, then by due time.
    package func decode(_ rows: Rows) throws(PostgresError) -> [ClaimedSend] {
        try rows.map { row throws(PostgresError) in
            ClaimedSend(
                entryID: EntryID(rawValue: try row.uuid()), attemptID: AttemptID(rawValue: try row.uuid()),
                fence: try row.int64(), account: try row.text(), triesBefore: try row.int32(),
                countedBefore: try row.int32(), maxAutomaticRetries: try row.optionalInt32(),
                hasHistory: try row.bool(), isSuppressed: try row.bool(), recipient: try row.text(),
                text: try row.text(), senderID: try row.text())
        }
    }
}
