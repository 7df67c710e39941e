import Domain
import PostgresClient

/// An SMS in Onoff's log, as users see it.
package struct LogEntryRecord: Sendable, Equatable {
    /// Onoff's id.
    package var eventID: String
    /// The webhook that brought it; with the event id its place in the list.
    package var webhookID: WebhookID
    /// SENT, RECEIVED, or what else came.
    package var direction: String
    /// The user's name.
    package var userName: String
    /// The user's address.
    package var userEmail: String
    /// The user's number.
    package var userNumber: String
    /// The other party's number.
    package var externalNumber: String
    /// The other party's name.
    package var externalName: String?
    /// The other party's address.
    package var externalEmail: String?
    /// When it was sent or received.
    package var occurredAt: Timestamp?
    /// When we heard of it.
    package var receivedAt: Timestamp
    /// The text.
    package var body: String
}

/// Lists an account's log, the latest arrivals first. Run it after ``ReadInOrder``: `entry_arrival_idx` alone has this
/// order.
package struct ListLogEntries: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT l.event_id, l.webhook_id, l.direction, l.user_name, l.user_email, l.user_number, l.external_number,
               l.external_name, l.external_email, l.occurred_at, l.received_at, l.body
        FROM sms_log.entry AS l
        WHERE l.account = $1
          AND ($2::uuid IS NULL OR (l.webhook_id, l.event_id) < ($2, $3))
        ORDER BY l.webhook_id DESC, l.event_id DESC
        LIMIT $4
        """
    let account: String
    let before: (webhookID: WebhookID, eventID: String)?
    let limit: Int32

    /// Lists up to `limit` after a place in the order.
    package init(account: String, before: (webhookID: WebhookID, eventID: String)?, limit: Int32) {
        self.account = account
        self.before = before
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: before?.webhookID.rawValue)
        parameters.append(before?.eventID)
        parameters.append(limit)
    }

    /// The page.
    package func decode(_ rows: Rows) throws(PostgresError) -> [LogEntryRecord] {
        try rows.map { row throws(PostgresError) in
            LogEntryRecord(
                eventID: try row.text(), webhookID: WebhookID(rawValue: try row.uuid()),
                direction: try row.text(), userName: try row.text(), userEmail: try row.text(),
                userNumber: try row.text(), externalNumber: try row.text(), externalName: try row.optionalText(),
                externalEmail: try row.optionalText(),
                occurredAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) },
                receivedAt: Timestamp(microseconds: try row.timestamptz()), body: try row.text())
        }
    }
}
