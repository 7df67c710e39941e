import Domain
import PostgresClient

/// A notification that this process has leased to deliver it to one endpoint.
package struct ClaimedNotification: Sendable, Equatable {
    /// Which, and to whom.
    package var key: NotificationKey
    /// The lease's number: every write to the queue row repeats it.
    package var fence: Int64
    /// Tries before this one.
    package var triesBefore: Int32
    /// Whether its time is over, so that it is not tried any more.
    package var isPastTime: Bool
    /// Whether the endpoint is there and not disabled.
    package var isWanted: Bool
    /// What is to be delivered; nil where the notification no longer exists.
    package var content: NotificationContent?
    /// Where to.
    package var url: String
    /// The version of the endpoint's secret.
    package var secretVersion: Int32
    /// The oldest version that is still valid.
    package var oldestVersion: Int32
    /// When it was claimed, by the database's clock.
    package var claimedAt: Timestamp
}

/// What a notification says.
package struct NotificationContent: Sendable, Equatable {
    /// The kind.
    package var kind: String
    /// When the last of what it tells happened.
    package var lastAt: Timestamp
    /// More about it: JSON text.
    package var data: String
}

/// Leases due notifications to one process, the oldest due ones of each given endpoint; what others hold is skipped,
/// never waited for.
///
/// Locks: the queue rows.
package struct ClaimNotifications: Statement {
    package static let sql = """
        WITH picked AS MATERIALIZED (
            SELECT due.notification_id, due.endpoint_id, due.due_at
            FROM unnest($1::uuid[], $2::integer[]) AS share (endpoint_id, count)
            CROSS JOIN LATERAL (
                SELECT q.notification_id, q.endpoint_id, q.due_at
                FROM queue.notification AS q
                WHERE q.endpoint_id = share.endpoint_id
                  AND q.lease_owner IS NULL
                  AND q.due_at <= now()
                ORDER BY q.due_at, q.notification_id
                LIMIT share.count
                FOR UPDATE SKIP LOCKED
            ) AS due
        ), leased AS (
            UPDATE queue.notification AS q
            SET lease_owner = $3, lease_until = now() + $4, fence = q.fence + 1
            FROM picked AS p
            WHERE q.notification_id = p.notification_id
              AND q.endpoint_id = p.endpoint_id
            RETURNING q.notification_id, q.endpoint_id, q.fence, q.tries, q.give_up_at, p.due_at
        )
        SELECT l.notification_id, l.endpoint_id, l.fence, l.tries, l.give_up_at <= now(),
               coalesce(e.disabled_at IS NULL AND e.deleted_at IS NULL AND e.id IS NOT NULL, false),
               n.kind, n.last_at, n.data::text, coalesce(e.url, ''), coalesce(e.secret_version, 1),
               coalesce(\(EndpointRecord.oldestVersion), 1), now()
        FROM leased AS l
        LEFT JOIN alert.notification AS n ON n.id = l.notification_id
        LEFT JOIN alert.endpoint AS e ON e.id = l.endpoint_id
        ORDER BY l.due_at, l.notification_id
        """
    let shares: [(endpointID: EndpointID, count: Int32)]
    let owner: UInt128
    let lease: Duration

    /// Claims these shares for a process; the lease lasts from the transaction's start by the database's clock.
    package init(_ shares: [(endpointID: EndpointID, count: Int32)], owner: UInt128, lease: Duration) {
        self.shares = shares
        self.owner = owner
        self.lease = lease
    }

    package func bind(_ parameters: inout Parameters) {
        var count = ArrayParameter(.int4)
        for share in shares { count.append(share.count) }
        parameters.append(ArrayParameter(shares.map(\.endpointID)))
        parameters.append(count)
        parameters.append(uuid: owner)
        parameters.append(interval: lease)
    }

    /// What was leased, the oldest first.
    package func decode(_ rows: Rows) throws(PostgresError) -> [ClaimedNotification] {
        try rows.map { row throws(PostgresError) in
            ClaimedNotification(
                key: NotificationKey(
                    notificationID: NotificationID(rawValue: try row.uuid()),
                    endpointID: EndpointID(rawValue: try row.uuid())),
                fence: try row.int64(), triesBefore: try row.int32(), isPastTime: try row.bool(),
                isWanted: try row.bool(), content: try content(&row), url: try row.text(),
                secretVersion: try row.int32(),
                oldestVersion: try row.int32(), claimedAt: Timestamp(microseconds: try row.timestamptz()))
        }
    }

    private func content(_ row: inout Row) throws(PostgresError) -> NotificationContent? {
        guard let kind = try row.optionalText() else {
            row.skip(2)
            return nil
        }
        return NotificationContent(
            kind: kind, lastAt: Timestamp(microseconds: try row.timestamptz()), data: try row.text())
    }
}
