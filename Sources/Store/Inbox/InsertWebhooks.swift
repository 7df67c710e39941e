import Domain
import PostgresClient

/// A batch of raw webhooks on its way into the database: the columns of one `unnest`.
public struct WebhookBatch: Sendable {
    /// Number of webhooks.
    public private(set) var count = 0
    var id = ArrayParameter(.uuid)
    var receivedAt = ArrayParameter(.timestamptz)
    var source = ArrayParameter(.text)
    var account = ArrayParameter(.text)
    var method = ArrayParameter(.text)
    var path = ArrayParameter(.bytea)
    var query = ArrayParameter(.bytea)
    var contentType = ArrayParameter(.bytea)
    var headers = ArrayParameter(.bytea)
    var body = ArrayParameter(.bytea)
    var remoteAddress = ArrayParameter(.text)

    /// An empty batch.
    public init() {}

    /// Adds one webhook. Text must hold no NUL; what came over the wire is bytes and may hold anything.
    public mutating func append(
        id: WebhookID, receivedAt: Timestamp, source: WebhookSource, account: String, method: String,
        path: some Collection<UInt8>, query: some Collection<UInt8>, contentType: [UInt8]?,
        headers: some Collection<UInt8>, body: some Collection<UInt8>, remoteAddress: String
    ) {
        self.id.append(uuid: id.rawValue)
        self.receivedAt.append(microseconds: receivedAt.microseconds)
        self.source.append(source.rawValue)
        self.account.append(account)
        self.method.append(method)
        self.path.append(bytes: path)
        self.query.append(bytes: query)
        self.contentType.append(optional: contentType) { $0.append(bytes: $1) }
        self.headers.append(bytes: headers)
        self.body.append(bytes: body)
        self.remoteAddress.append(remoteAddress)
        count += 1
    }

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        count = 0
        id.removeAll()
        receivedAt.removeAll()
        source.removeAll()
        account.removeAll()
        method.removeAll()
        path.removeAll()
        query.removeAll()
        contentType.removeAll()
        headers.removeAll()
        body.removeAll()
        remoteAddress.removeAll()
    }
}

/// Stores a batch of raw webhooks, queues those that are new, and counts them: one statement, one commit.
///
/// Repeating it after a commit in doubt stores and queues nothing twice. It cannot fail for one row: everything from
/// the wire is bytea. Locks: none that a webhook could wait for.
public struct InsertWebhooks: Statement {
    public static let isPrepared = true
    public static let sql = """
        WITH new AS (
            INSERT INTO inbox.webhook
                (id, received_at, source, account, method, path, query, content_type, headers, body, remote_address)
            SELECT id, received_at, source, account, method, path, query, content_type, headers, body, remote_address
            FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[],
                        $8::bytea[], $9::bytea[], $10::bytea[], $11::text[])
                AS given (id, received_at, source, account, method, path, query, content_type, headers, body,
                          remote_address)
            ON CONFLICT (id) DO NOTHING
            RETURNING id, source
        ), queued AS (
            INSERT INTO queue.webhook (webhook_id, source)
            SELECT id, source FROM new
        ), counted AS (
            INSERT INTO queue.tally (source, intake_day, kind, count)
            SELECT source, ops.webhook_day(id), 'accepted', count(*) FROM new GROUP BY 1, 2
        )
        SELECT count(*) FROM new
        """
    let batch: WebhookBatch

    /// Stores this batch.
    public init(_ batch: WebhookBatch) { self.batch = batch }

    public func bind(_ parameters: inout Parameters) {
        for column in [
            batch.id, batch.receivedAt, batch.source, batch.account, batch.method, batch.path, batch.query,
            batch.contentType, batch.headers, batch.body, batch.remoteAddress,
        ] { parameters.append(column) }
    }

    /// How many were new.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64(0) }
    }
}
