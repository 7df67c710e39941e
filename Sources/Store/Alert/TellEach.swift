import Domain
import PostgresClient

/// Turns the oldest events of an account and kind into a notification each, and queues these for its endpoints.
///
/// Runs under the lock of the account's telling, in one statement that also removes what it tells. Locks: the events'
/// rows.
package struct TellEach: Statement {
    package static let sql = """
        WITH given AS (SELECT $5::integer AS retries_max), event AS (
            DELETE FROM alert.event AS v
            WHERE v.seq IN (SELECT o.seq FROM alert.event AS o
                            WHERE coalesce(o.account, '') = $1 AND o.kind = $2
                            ORDER BY o.seq LIMIT cardinality($3::uuid[]))
            RETURNING v.seq, v.account, v.kind, v.subject, v.data, v.happened_at
        ), v AS (
            SELECT e.*, ($3::uuid[])[row_number() OVER (ORDER BY e.seq)] AS id FROM event AS e
        ), told AS (
            INSERT INTO alert.notification (id, account, kind, event_count, data, first_at, last_at, window_at)
            SELECT v.id, v.account, v.kind, 1, \(NotificationParts.singleData), v.happened_at, v.happened_at, $4
            FROM v
            CROSS JOIN given
            \(NotificationParts.failure)
            RETURNING id, account, kind, data
        ), queued AS (
            \(NotificationParts.queued)
            RETURNING notification_id
        )
        SELECT (SELECT count(*)::integer FROM told), (SELECT count(*)::integer FROM queued)
        """
    let group: TellingGroup
    let ids: [NotificationID]
    let windowAt: Timestamp
    let retriesMax: Int32

    /// Tells as many events as there are ids.
    ///
    /// - Parameters:
    ///   - windowAt: Start of the digest window that they are told in.
    ///   - retriesMax: Automatic retries of accounts that have no number of their own.
    package init(_ group: TellingGroup, ids: [NotificationID], windowAt: Timestamp, retriesMax: Int32) {
        self.group = group
        self.ids = ids
        self.windowAt = windowAt
        self.retriesMax = retriesMax
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(group.account)
        parameters.append(group.kind)
        parameters.append(ArrayParameter(ids))
        parameters.append(timestamptz: windowAt.microseconds)
        parameters.append(retriesMax)
    }

    /// What was done.
    package func decode(_ rows: Rows) throws(PostgresError) -> Told {
        try rows.single { row throws(PostgresError) in
            let count = try row.int32()
            return Told(events: count, notifications: count, deliveries: try row.int32())
        }
    }
}
