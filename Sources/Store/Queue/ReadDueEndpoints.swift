import Domain
import PostgresClient

/// How much of an endpoint is due.
package struct DueEndpoint: Sendable, Equatable {
    /// The endpoint.
    package var id: EndpointID
    /// Whose it is; empty for the operators.
    package var account: String
    /// Due notifications, counted up to the bound asked for.
    package var count: Int

    package init(id: EndpointID, account: String, count: Int) {
        self.id = id
        self.account = account
        self.count = count
    }
}

/// Walks the endpoints that have anything queued, in order after a given one, and counts what is due of each.
///
/// A loose scan of the index, as ``ReadDueAccounts``.
package struct ReadDueEndpoints: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        WITH RECURSIVE visited (endpoint_id, account, number) AS (
            (
                SELECT q.endpoint_id, q.account, 1
                FROM queue.notification AS q
                WHERE q.endpoint_id > $1
                  AND q.lease_owner IS NULL
                ORDER BY q.endpoint_id
                LIMIT 1
            )
            UNION ALL
            SELECT following.endpoint_id, following.account, v.number + 1
            FROM visited AS v
            CROSS JOIN LATERAL (
                SELECT q.endpoint_id, q.account
                FROM queue.notification AS q
                WHERE q.endpoint_id > v.endpoint_id
                  AND q.lease_owner IS NULL
                ORDER BY q.endpoint_id
                LIMIT 1
            ) AS following
            WHERE v.number < $2
        )
        SELECT v.endpoint_id, v.account, due.count
        FROM visited AS v
        CROSS JOIN LATERAL (
            SELECT count(*)
            FROM (SELECT FROM queue.notification AS q
                  WHERE q.endpoint_id = v.endpoint_id AND q.lease_owner IS NULL AND q.due_at <= now()
                  ORDER BY q.due_at, q.notification_id  -- only the index of an endpoint's gives that; see ReadDueAccounts
                  LIMIT $3) AS one
        ) AS due
        ORDER BY v.endpoint_id
        """
    let behind: EndpointID
    let endpointsMax: Int32
    let countMax: Int32

    /// Walks up to `endpointsMax` endpoints after `behind` (nil: from the first) and counts up to `countMax` of each.
    package init(behind: EndpointID?, endpointsMax: Int32, countMax: Int32) {
        self.behind = behind ?? EndpointID(rawValue: 0)
        self.endpointsMax = endpointsMax
        self.countMax = countMax
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: behind.rawValue)
        parameters.append(endpointsMax)
        parameters.append(Int64(countMax))
    }

    /// The endpoints in order, including those with nothing due.
    package func decode(_ rows: Rows) throws(PostgresError) -> [DueEndpoint] {
        try rows.map { row throws(PostgresError) in
            DueEndpoint(
                id: EndpointID(rawValue: try row.uuid()), account: try row.text(), count: Int(try row.int64()))
        }
    }
}
