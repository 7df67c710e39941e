import Domain
import PostgresClient

/// Turns the events of an account and kind that wait into one notification, and queues it for its endpoints.
///
/// Runs under the lock of the account's telling, in one statement that also removes what it tells. Of many events the
/// notification says how many there were and a few of the things they were about; of one event, what ``TellEach``
/// would. Locks: the events' rows.
package struct TellTogether: Statement {
    /// Events of one notification at most; what is beyond waits for the next window.
    package static let eventsMax: Int32 = 100_000
    /// Things that it names.
    package static let subjectsMax: Int32 = 20

    package static let sql = """
        WITH given AS (SELECT $5::integer AS retries_max), event AS (
            DELETE FROM alert.event AS v
            WHERE v.seq IN (SELECT o.seq FROM alert.event AS o
                            WHERE coalesce(o.account, '') = $1 AND o.kind = $2
                            ORDER BY o.seq LIMIT $6)
            RETURNING v.seq, v.account, v.kind, v.subject, v.data, v.happened_at
        ), subject AS (
            SELECT e.subject, min(e.seq) AS seq FROM event AS e GROUP BY e.subject ORDER BY min(e.seq) LIMIT $7
        ), total AS (
            SELECT count(*)::integer AS count, min(e.happened_at) AS first_at, max(e.happened_at) AS last_at,
                   min(e.seq) AS seq
            FROM event AS e
        ), told AS (
            INSERT INTO alert.notification (id, account, kind, event_count, data, first_at, last_at, window_at)
            SELECT $3, v.account, v.kind, t.count,
                   CASE WHEN t.count = 1 THEN \(NotificationParts.singleData)
                        ELSE jsonb_build_object('count', t.count, 'subjects',
                                 (SELECT jsonb_agg(s.subject ORDER BY s.seq) FROM subject AS s)) END,
                   t.first_at, t.last_at, $4
            FROM total AS t
            JOIN event AS v ON v.seq = t.seq
            CROSS JOIN given
            \(NotificationParts.failure)
            RETURNING id, account, kind, data
        ), queued AS (
            \(NotificationParts.queued)
            RETURNING notification_id
        )
        SELECT (SELECT t.count FROM total AS t), (SELECT count(*)::integer FROM told),
               (SELECT count(*)::integer FROM queued)
        """
    let group: TellingGroup
    let id: NotificationID
    let windowAt: Timestamp
    let retriesMax: Int32

    /// Tells what waits. The parameters are as those of ``TellEach``.
    package init(_ group: TellingGroup, id: NotificationID, windowAt: Timestamp, retriesMax: Int32) {
        self.group = group
        self.id = id
        self.windowAt = windowAt
        self.retriesMax = retriesMax
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(group.account)
        parameters.append(group.kind)
        parameters.append(uuid: id.rawValue)
        parameters.append(timestamptz: windowAt.microseconds)
        parameters.append(retriesMax)
        parameters.append(Int64(Self.eventsMax))
        parameters.append(Int64(Self.subjectsMax))
    }

    /// What was done.
    package func decode(_ rows: Rows) throws(PostgresError) -> Told {
        try rows.single { row throws(PostgresError) in
            Told(events: try row.int32(), notifications: try row.int32(), deliveries: try row.int32())
        }
    }
}
