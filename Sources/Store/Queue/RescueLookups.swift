import PostgresClient

/// Frees look-ups whose worker died or stood still past its lease. Locks: the rows, skipping what others hold.
package struct RescueLookups: Statement {
    package static let sql = LeaseSQL.rescue("queue.lookup", key: ["attempt_id"])
    let limit: Int32

    /// Frees up to `limit`.
    package init(limit: Int32) { self.limit = limit }

    package func bind(_ parameters: inout Parameters) { parameters.append(Int64(limit)) }

    /// How many were freed.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
