import Domain

/// An event with the webhook that carried it.
public struct LogRecord<Event: Sendable>: Sendable {
    /// What happened.
    public var event: Event
    /// Whose key or token it came with.
    public var account: String
    /// The raw webhook.
    public var webhookID: WebhookID
    /// When it was taken in.
    public var receivedAt: Timestamp

    /// Makes a record.
    public init(_ event: Event, account: String, webhookID: WebhookID, receivedAt: Timestamp) {
        self.event = event
        self.account = account
        self.webhookID = webhookID
        self.receivedAt = receivedAt
    }
}

/// What makes two events of an account the same one.
public struct LogKey: Hashable, Comparable, Sendable {
    /// The account.
    public var account: String
    /// The kind, where ids count within a kind; else empty.
    public var eventName: String
    /// The provider's id.
    public var eventID: String

    /// Makes a key.
    public init(account: String, eventName: String = "", eventID: String) {
        self.account = account
        self.eventName = eventName
        self.eventID = eventID
    }

    /// The order in which every worker inserts, so that none waits for another in a circle.
    public static func < (left: LogKey, right: LogKey) -> Bool {
        (left.account, left.eventName, left.eventID) < (right.account, right.eventName, right.eventID)
    }
}
