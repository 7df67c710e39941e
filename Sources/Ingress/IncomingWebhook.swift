import Domain
import NIOCore

/// What a provider sent, authenticated and bounded, but not parsed. Its secrets are taken out.
struct IncomingWebhook: Sendable {
    /// The id made at intake.
    let id: WebhookID
    /// When the last byte was read, in whole milliseconds: exactly the id's time.
    let receivedAt: Timestamp
    /// Which provider's which kind.
    let source: WebhookSource
    /// Whose key or token it came with.
    let account: String
    /// `POST` or `GET`.
    let method: String
    /// The path; a token in it is written `{token}`.
    let path: [UInt8]
    /// The query exactly as it came (even raw spaces and bytes above 0x7F), with the value of `token=` removed.
    let query: [UInt8]
    /// The content type as it came; nil if there was none.
    let contentType: [UInt8]?
    /// Chosen fields as `name: value\r\n`, names in lower case: content-type, user-agent, x-forwarded-for, action,
    /// biztype, ts.
    let headers: [UInt8]
    /// The body as it came, at most `bodyBytesMax` long.
    let body: ByteBuffer
    /// The client's IP address, or `unknown`.
    let remoteAddress: String

    init(
        id: WebhookID, source: WebhookSource, account: String, method: String, path: [UInt8], query: [UInt8],
        contentType: [UInt8]?, headers: [UInt8], body: ByteBuffer, remoteAddress: String
    ) {
        self.id = id
        self.receivedAt = id.timestamp
        self.source = source
        self.account = account
        self.method = method
        self.path = path
        self.query = query
        self.contentType = contentType
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// What it takes in memory and on the way to the database, in bytes: its parts, without what joins them.
    var byteCount: Int {
        path.count + query.count + (contentType?.count ?? 0) + headers.count + body.readableBytes
    }
}
