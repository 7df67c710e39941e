import PostgresClient

/// Frees look-ups whose worker died or stood still past its lease. Locks: the rows, skipping what others hold.
public struct RescueLookups: Statement {
    /// The statement.
    public static let sql = """
        UPDATE queue.lookup AS k
        SET lease_owner = NULL, lease_until = NULL
        FROM (
            SELECT lost.attempt_id
            FROM queue.lookup AS lost
            WHERE lost.lease_owner IS NOT NULL
              AND lost.lease_until < now()
            ORDER BY lost.lease_until
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        ) AS lost
        WHERE k.attempt_id = lost.attempt_id
        """
    let limit: Int32

    /// Frees up to `limit`.
    public init(limit: Int32) { self.limit = limit }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(Int64(limit)) }

    /// How many were freed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
