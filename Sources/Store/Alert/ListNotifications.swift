import Domain
import PostgresClient

/// A notification as its readers see it.
package struct NotificationRecord: Sendable, Equatable {
    /// Its id.
    package var id: NotificationID
    /// The kind.
    package var kind: String
    /// Events that it tells.
    package var eventCount: Int32
    /// What it says, as JSON.
    package var dataJSON: String
    /// When the first of its events happened.
    package var firstAt: Timestamp
    /// When the last of them did.
    package var lastAt: Timestamp
    /// When it was made.
    package var createdAt: Timestamp
    /// When somebody marked it as read.
    package var readAt: Timestamp?
}

/// Lists what an account or the operators were told, the latest first.
package struct ListNotifications: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT n.id, n.kind, n.event_count, n.data::text, n.first_at, n.last_at, n.created_at, n.read_at
        FROM alert.notification AS n
        WHERE (n.account = $1 OR $1 IS NULL AND n.account IS NULL)
          AND ($2::uuid IS NULL OR n.id < $2)
          AND (NOT $3 OR n.read_at IS NULL)
        ORDER BY n.id DESC
        LIMIT $4
        """
    let account: String?
    let before: NotificationID?
    let isUnreadOnly: Bool
    let limit: Int32

    /// Lists up to `limit` that are older than one, of this account or, where it is nil, of the operators.
    package init(account: String?, before: NotificationID? = nil, isUnreadOnly: Bool = false, limit: Int32) {
        self.account = account
        self.before = before
        self.isUnreadOnly = isUnreadOnly
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: before?.rawValue)
        parameters.append(isUnreadOnly)
        parameters.append(Int64(limit))
    }

    /// The page.
    package func decode(_ rows: Rows) throws(PostgresError) -> [NotificationRecord] {
        try rows.map { row throws(PostgresError) in
            NotificationRecord(
                id: NotificationID(rawValue: try row.uuid()), kind: try row.text(), eventCount: try row.int32(),
                dataJSON: try row.text(), firstAt: Timestamp(microseconds: try row.timestamptz()),
                lastAt: Timestamp(microseconds: try row.timestamptz()),
                createdAt: Timestamp(microseconds: try row.timestamptz()),
                readAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) })
        }
    }
}
