import PostgresClient

/// Frees notifications whose worker died or stood still past its lease: they are delivered again, with the same id.
/// Locks: the rows, skipping what others hold.
public struct RescueNotifications: Statement {
    /// The statement.
    public static let sql = LeaseSQL.rescue("queue.notification", key: ["notification_id", "endpoint_id"])
    let limit: Int32

    /// Frees up to `limit`.
    public init(limit: Int32) { self.limit = limit }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(Int64(limit)) }

    /// How many were freed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
