/// One stored call of a provider, as the ingress wrote it: nothing decoded, secrets already removed.
package struct RawWebhook: Sendable {
    /// Which format the bytes claim to be.
    package var source: WebhookSource
    /// The account whose key or token let the call in.
    package var account: String
    /// The HTTP method as sent, for example `POST`.
    package var method: String
    /// The query without `?`, still percent-encoded; empty if there was none.
    package var query: [UInt8]
    /// The Content-Type as sent, if any. No parser relies on it.
    package var contentType: [UInt8]?
    /// The chosen headers as `name: value\r\n` lines with lower-case names.
    package var headers: [UInt8]
    /// The body as sent.
    package var body: [UInt8]
    /// When the ingress took it in.
    package var receivedAt: Timestamp
    /// The id given at intake.
    package var id: WebhookID

    /// Bytes of what the caller can make long.
    package var byteCount: Int { query.count + headers.count + body.count }

    /// Takes the stored columns as they are; nothing is checked here.
    package init(
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
