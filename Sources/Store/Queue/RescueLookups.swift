import PostgresClient

/// Frees look-ups whose worker died or stood still past its lease. Locks: the rows, skipping what others hold.
public struct RescueLookups: Statement {
    /// The statement.
    public static let sql = LeaseSQL.rescue("queue.lookup", key: ["attempt_id"])
    let limit: Int32

    /// Frees up to `limit`.
    public init(limit: Int32) { self.limit = limit }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(Int64(limit)) }

    /// How many were freed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
