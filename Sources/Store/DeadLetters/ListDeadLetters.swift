import Domain
import PostgresClient

/// Which dead letters are meant.
package struct DeadLetterFilter: Sendable, Equatable {
    /// These; nil for any.
    package var ids: [WebhookID]?
    /// Of this reason; nil for any.
    package var reason: String?
    /// Of this source; nil for any.
    package var source: String?

    /// Makes a filter; every condition given must hold.
    package init(ids: [WebhookID]? = nil, reason: String? = nil, source: String? = nil) {
        self.ids = ids
        self.reason = reason
        self.source = source
    }

    static let condition = """
        ($1::uuid[] IS NULL OR d.webhook_id = ANY ($1))
          AND ($2::text IS NULL OR d.reason = $2)
          AND ($3::text IS NULL OR d.source = $3)
        """

    func bind(_ parameters: inout Parameters) {
        if let ids { parameters.append(ArrayParameter(ids)) } else { parameters.append(nullArrayOf: .uuid) }
        parameters.append(reason)
        parameters.append(source)
    }
}

/// A dead letter without its bytes.
package struct DeadLetterSummary: Sendable, Equatable {
    /// The webhook.
    package var webhookID: WebhookID
    /// Which feed it came by.
    package var source: WebhookSource
    /// Whose key or token it came with.
    package var account: String
    /// A stable code.
    package var reason: String
    /// A sentence.
    package var detail: String
    /// How often it was tried.
    package var tries: Int32
    /// When it was taken in.
    package var receivedAt: Timestamp
    /// When it was buried.
    package var buriedAt: Timestamp

    init(_ row: inout Row) throws(PostgresError) {
        webhookID = WebhookID(rawValue: try row.uuid())
        source = WebhookSource(rawValue: try row.text())
        account = try row.text()
        reason = try row.text()
        detail = try row.text()
        tries = try row.int32()
        receivedAt = Timestamp(microseconds: try row.timestamptz())
        buriedAt = Timestamp(microseconds: try row.timestamptz())
    }
}

/// Lists dead letters by id, that is by time of intake, a page at a time.
package struct ListDeadLetters: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT d.webhook_id, d.source, d.account, d.reason, d.detail, d.tries, d.received_at, d.buried_at
        FROM queue.webhook_dead AS d
        WHERE \(DeadLetterFilter.condition)
          AND d.webhook_id > $4
        ORDER BY d.webhook_id
        LIMIT $5
        """
    let filter: DeadLetterFilter
    let after: WebhookID
    let limit: Int32

    /// Lists up to `limit` after an id.
    package init(_ filter: DeadLetterFilter, after: WebhookID = WebhookID(rawValue: 0), limit: Int32) {
        self.filter = filter
        self.after = after
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        filter.bind(&parameters)
        parameters.append(uuid: after.rawValue)
        parameters.append(limit)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [DeadLetterSummary] {
        try rows.map(DeadLetterSummary.init)
    }
}
