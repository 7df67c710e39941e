import Domain
import PostgresClient

/// Queues a notification again for the endpoints of its owner that are in use: due now, with all its tries to come.
///
/// Where it is still queued, it becomes due at once; what is under way is left to its worker. Locks: the rows of the
/// queue.
package struct Redeliver: Statement {
    package static let sql = """
        WITH queued AS (
            INSERT INTO queue.notification AS q (notification_id, endpoint_id, account, due_at, give_up_at, fence)
            SELECT n.id, e.id, coalesce(n.account, ''), now(), now() + \(NotificationParts.givenUpAfter),
                   \(LeaseSQL.firstFence)
            FROM alert.notification AS n
            JOIN alert.endpoint AS e ON coalesce(e.account, '') = coalesce(n.account, '')
            WHERE n.id = $1 AND e.deleted_at IS NULL AND e.disabled_at IS NULL
              AND CASE WHEN $2::uuid IS NULL THEN e.kinds = '{}' OR n.kind = ANY (e.kinds) ELSE e.id = $2 END
            ON CONFLICT (notification_id, endpoint_id) DO UPDATE
            SET due_at = excluded.due_at, give_up_at = excluded.give_up_at, tries = 0
            WHERE q.lease_owner IS NULL
            RETURNING q.endpoint_id
        )
        SELECT EXISTS (SELECT FROM alert.notification AS n WHERE n.id = $1), (SELECT count(*)::integer FROM queued)
        """
    let notification: NotificationID
    let endpoint: EndpointID?

    /// Redelivers to every endpoint that gets its kind; or to this one, whatever its kinds.
    package init(_ notification: NotificationID, endpoint: EndpointID? = nil) {
        self.notification = notification
        self.endpoint = endpoint
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: notification.rawValue)
        parameters.append(uuid: endpoint?.rawValue)
    }

    /// Whether there is such a notification, and how many deliveries are due now.
    package func decode(_ rows: Rows) throws(PostgresError) -> (isKnown: Bool, deliveries: Int32) {
        try rows.single { row throws(PostgresError) in (try row.bool(), try row.int32()) }
    }
}
