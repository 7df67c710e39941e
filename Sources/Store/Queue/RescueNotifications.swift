import PostgresClient

/// Frees notifications whose worker died or stood still past its lease: they are delivered again, with the same id.
/// Locks: the rows, skipping what others hold.
package struct RescueNotifications: Statement {
    package static let sql = LeaseSQL.rescue("queue.notification", key: ["notification_id", "endpoint_id"])
    let limit: Int32

    /// Frees up to `limit`.
    package init(limit: Int32) { self.limit = limit }

    package func bind(_ parameters: inout Parameters) { parameters.append(Int64(limit)) }

    /// How many were freed.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
