import Domain

/// A webhook that could be read.
public struct ParsedWebhook: Sendable {
    /// The raw webhook.
    public var id: WebhookID
    /// Which feed it came by.
    public var source: WebhookSource
    /// Whose key or token it came with.
    public var account: String
    /// When it was taken in.
    public var receivedAt: Timestamp
    /// What it says.
    public var event: WebhookEvent
    /// The opt-out or opt-in, where it is an inbound SMS that consists of a word for it.
    public var optOut: OptOutMessage?
}
