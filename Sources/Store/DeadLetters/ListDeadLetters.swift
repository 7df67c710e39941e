import Domain
import PostgresClient

/// Which dead letters are meant.
public struct DeadLetterFilter: Sendable, Equatable {
    /// These; nil for any.
    public var ids: [WebhookID]?
    /// Of this reason; nil for any.
    public var reason: String?
    /// Of this source; nil for any.
    public var source: String?

    /// Makes a filter; every condition given must hold.
    public init(ids: [WebhookID]? = nil, reason: String? = nil, source: String? = nil) {
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
public struct DeadLetterSummary: Sendable, Equatable {
    /// The webhook.
    public var webhookID: WebhookID
    /// Which feed it came by.
    public var source: WebhookSource
    /// Whose key or token it came with.
    public var account: String
    /// A stable code.
    public var reason: String
    /// A sentence.
    public var detail: String
    /// How often it was tried.
    public var tries: Int32
    /// When it was taken in.
    public var receivedAt: Timestamp
    /// When it was buried.
    public var buriedAt: Timestamp

    init(_ row: Row) throws(PostgresError) {
        webhookID = WebhookID(rawValue: try row.uuid(0))
        source = WebhookSource(rawValue: try row.text(1))
        account = try row.text(2)
        reason = try row.text(3)
        detail = try row.text(4)
        tries = try row.int32(5)
        receivedAt = Timestamp(microseconds: try row.timestamptz(6))
        buriedAt = Timestamp(microseconds: try row.timestamptz(7))
    }
}

/// Lists dead letters by id, that is by time of intake, a page at a time.
public struct ListDeadLetters: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
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
    public init(_ filter: DeadLetterFilter, after: WebhookID = WebhookID(rawValue: 0), limit: Int32) {
        self.filter = filter
        self.after = after
        self.limit = limit
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        filter.bind(&parameters)
        parameters.append(uuid: after.rawValue)
        parameters.append(limit)
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> [DeadLetterSummary] {
        try rows.map { row throws(PostgresError) in try DeadLetterSummary(row) }
    }
}
