import Domain
import PostgresClient

/// Removes due look-ups that the evidence has decided meanwhile: the attempt's receipt says what became of it, or the
/// attempt itself ended without being taken.
///
/// The usual end of a look-up: no provider is asked. Locks: the rows, skipping what others hold.
public struct DropDecidedLookups: Statement {
    /// The statement.
    public static let sql = """
        WITH due AS MATERIALIZED (
            SELECT k.attempt_id, k.entry_id
            FROM queue.lookup AS k
            WHERE k.provider = $1
              AND k.lease_owner IS NULL
              AND k.due_at <= now()
            ORDER BY k.due_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
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
        """
    let provider: String
    let limit: Int32

    /// Looks at up to `limit` due rows.
    public init(provider: String, limit: Int32) {
        self.provider = provider
        self.limit = limit
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(Int64(limit))
    }

    /// How many were removed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
