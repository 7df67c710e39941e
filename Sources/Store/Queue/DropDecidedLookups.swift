import Domain
import PostgresClient

/// A place in the queue of look-ups, in the order in which they are gone through.
package struct LookupPlace: Sendable, Equatable {
    /// 0 = its outcome is not known, before 1 = only its receipt is.
    package var priority: Int32
    /// Microseconds since 1970.
    package var dueAt: Int64
    /// Of equal ones the lower first.
    package var attemptID: AttemptID

    /// Before all.
    package static let start = LookupPlace(priority: 0, dueAt: .min, attemptID: AttemptID(rawValue: 0))

    /// The place before all of the next priority; nil where there is none.
    var ofNextPriority: LookupPlace? {
        priority == 0 ? LookupPlace(priority: 1, dueAt: .min, attemptID: AttemptID(rawValue: 0)) : nil
    }
}

/// Removes due look-ups that the evidence has decided meanwhile: the attempt's receipt says what became of it, or the
/// attempt itself ended without being taken.
///
/// This is how look-ups usually end, without asking a provider. It goes through the queue page by page, because
/// undecided rows stay where they are and would hide those after them. Locks: the rows, skipping what others hold.
package struct DropDecidedLookups: Statement {
    /// What it found.
    package struct Output: Sendable {
        /// How many were removed.
        package var count: Int
        /// Where to go on; nil where that was the end.
        package var next: LookupPlace?
    }

    package static let sql = """
        WITH due AS MATERIALIZED (
            SELECT k.attempt_id, k.entry_id, k.due_at
            FROM queue.lookup AS k
            WHERE k.provider = $1
              AND k.priority = $3
              AND k.lease_owner IS NULL
              AND k.due_at <= now()
              AND (k.due_at, k.attempt_id) > ($4, $5)
            ORDER BY k.due_at, k.attempt_id
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM queue.lookup AS k
            USING (
                SELECT d.attempt_id
                FROM due AS d
                LEFT JOIN LATERAL (
                    SELECT one.state FROM outbox.attempt AS one WHERE one.id = d.attempt_id
                    OFFSET 0  -- fence, see ReadEvidence
                ) AS a ON true
                CROSS JOIN LATERAL (
                    SELECT max(one.rank) AS rank
                    FROM outbox.receipt AS one
                    WHERE one.entry_id = d.entry_id
                      AND one.attempt_id = d.attempt_id
                ) AS r
                WHERE coalesce(a.state IN ('rejected', 'not_sent'), true)
                   OR r.rank >= 2
            ) AS decided
            WHERE k.attempt_id = decided.attempt_id
            RETURNING k.attempt_id
        )
        SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM due), d.due_at, d.attempt_id
        FROM due AS d
        ORDER BY d.due_at DESC, d.attempt_id DESC
        LIMIT 1
        """
    let provider: String
    let limit: Int32
    let place: LookupPlace

    /// Looks at up to `limit` due rows of a place's priority, after that place.
    package init(provider: String, limit: Int32, behind place: LookupPlace) {
        self.provider = provider
        self.limit = limit
        self.place = place
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(Int64(limit))
        parameters.append(place.priority)
        parameters.append(timestamptz: place.dueAt)
        parameters.append(uuid: place.attemptID.rawValue)
    }

    /// How many were removed, and how far it came.
    package func decode(_ rows: Rows) throws(PostgresError) -> Output {
        let output = try rows.optionalSingle { row throws(PostgresError) in
            let (count, isFull) = (Int(try row.int64()), try row.int64() >= Int64(limit))
            let last = LookupPlace(
                priority: place.priority, dueAt: try row.timestamptz(), attemptID: AttemptID(rawValue: try row.uuid()))
            return Output(count: count, next: isFull ? last : place.ofNextPriority)
        }
        return output ?? Output(count: 0, next: place.ofNextPriority)
    }
}
