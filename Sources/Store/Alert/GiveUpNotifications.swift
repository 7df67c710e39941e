import Domain
import PostgresClient

/// Takes what is queued for endpoints out of the queue and records that it was given up. What is leased is settled by
/// its holder; what is beyond the limit is given up when it is due. Locks: the queue rows, skipping what others hold.
package struct GiveUpNotifications: Statement {
    package static let sql = """
        WITH picked AS MATERIALIZED (
            SELECT q.notification_id, q.endpoint_id
            FROM queue.notification AS q
            WHERE q.endpoint_id = ANY ($1)
              AND q.lease_owner IS NULL
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM queue.notification AS q
            USING picked AS p
            WHERE q.notification_id = p.notification_id
              AND q.endpoint_id = p.endpoint_id
        )
        INSERT INTO alert.delivery (notification_id, endpoint_id, number, outcome, detail)
        SELECT p.notification_id, p.endpoint_id,
               1 + (SELECT coalesce(max(d.number), 0) FROM alert.delivery AS d
                    WHERE d.notification_id = p.notification_id AND d.endpoint_id = p.endpoint_id), 'given_up', $3
        FROM picked AS p
        """
    let endpoints: [EndpointID]
    let limit: Int32
    let detail: String

    /// Gives up at most `limit` notifications for these endpoints, for a reason.
    package init(of endpoints: [EndpointID], limit: Int32, detail: String) {
        self.endpoints = endpoints
        self.limit = limit
        self.detail = detail
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(ArrayParameter(endpoints))
        parameters.append(Int64(limit))
        parameters.append(detail)
    }

    /// How many were given up.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
