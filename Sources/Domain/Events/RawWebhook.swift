/// One stored call of a provider, as the ingress wrote it: nothing decoded, secrets already removed.
public struct RawWebhook: Sendable {
    /// Which format the bytes claim to be.
    public var source: WebhookSource
    /// The account whose key or token let the call in.
    public var account: String
    /// The HTTP method as sent, for example `POST`.
    public var method: String
    /// The query without `?`, still percent-encoded; empty if there was none.
    public var query: [UInt8]
    /// The Content-Type as sent, if any. No parser relies on it.
    public var contentType: [UInt8]?
    /// The chosen headers as `name: value\r\n` lines with lower-case names.
    public var headers: [UInt8]
    /// The body as sent.
    public var body: [UInt8]
    /// When the ingress took it in.
    public var receivedAt: Timestamp
    /// The id given at intake.
    public var id: WebhookID

    /// Bytes of what the caller can make long.
    public var byteCount: Int { query.count + headers.count + body.count }

    /// Takes the stored columns as they are; nothing is checked here.
    public init(
        source: WebhookSource, account: String, method: String, query: [UInt8], contentType: [UInt8]?,
        headers: [UInt8], body: [UInt8], receivedAt: Timestamp, id: WebhookID
    ) {
        self.source = source
        self.account = account
        self.method = method
        self.query = query
        self.contentType = contentType
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
        self.id = id
    }
}
