import Domain

/// A webhook that could be read.
struct ParsedWebhook: Sendable {
    var id: WebhookID
    /// Which feed it came by.
    var source: WebhookSource
    /// Whose feed that is.
    var provider: String
    /// Whose key or token it came with.
    var account: String
    var receivedAt: Timestamp
    var event: WebhookEvent
    /// The opt-out or opt-in, where it is an inbound SMS that consists of a word for it.
    var optOut: OptOutMessage?
}
