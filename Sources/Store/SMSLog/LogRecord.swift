import Domain

/// An event with the webhook that carried it.
package struct LogRecord<Event: Sendable>: Sendable {
    /// What happened.
    package var event: Event
    /// The name of the provider that reported it.
    package var provider: String
    /// Whose key or token it came with.
    package var account: String
    /// The raw webhook.
    package var webhookID: WebhookID
    /// When it was taken in.
    package var receivedAt: Timestamp

    package init(
        _ event: Event, provider: String, account: String, webhookID: WebhookID, receivedAt: Timestamp
    ) {
        self.event = event
        self.provider = provider
        self.account = account
        self.webhookID = webhookID
        self.receivedAt = receivedAt
    }
}

/// What makes two events of an account the same one: texts that are the same byte by byte, as Postgres compares them.
/// Swift's strings would be equal in any Unicode spelling.
package struct LogKey: Hashable, Comparable, Sendable {
    /// The account.
    package var account: String
    /// The kind, where ids count within a kind; else empty.
    package var eventName: String
    /// The provider's id.
    package var eventID: String

    /// Makes a key.
    package init(account: String, eventName: String = "", eventID: String) {
        self.account = account
        self.eventName = eventName
        self.eventID = eventID
    }

    private var parts: [String.UTF8View] { [account.utf8, eventName.utf8, eventID.utf8] }

    /// The same bytes.
    package static func == (left: LogKey, right: LogKey) -> Bool {
        zip(left.parts, right.parts).allSatisfy { $0.elementsEqual($1) }
    }

    /// The order in which every worker inserts, so that no deadlock is possible.
    package static func < (left: LogKey, right: LogKey) -> Bool {
        for (one, other) in zip(left.parts, right.parts) where !one.elementsEqual(other) {
            return one.lexicographicallyPrecedes(other)
        }
        return false
    }

    /// Feeds the texts; spellings of one text may share a hash.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(account)
        hasher.combine(eventName)
        hasher.combine(eventID)
    }
}
