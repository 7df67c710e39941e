import Domain

/// Where a receipt came from. Of several copies the earliest arrival stands, whichever was processed first.
package struct ReceiptOrigin: Sendable, Equatable {
    /// The account whose token it came with.
    package var account: String
    /// The raw webhook; nil where we asked the provider.
    package var webhookID: WebhookID?
    /// When it was taken in.
    package var receivedAt: Timestamp

    /// Makes an origin.
    package init(account: String, webhookID: WebhookID?, receivedAt: Timestamp) {
        self.account = account
        self.webhookID = webhookID
        self.receivedAt = receivedAt
    }

    /// Whether it is the earlier of two; of one moment the lower webhook is.
    package func isEarlier(than other: ReceiptOrigin) -> Bool {
        if receivedAt != other.receivedAt { return receivedAt < other.receivedAt }
        guard let webhookID, let otherID = other.webhookID else { return false }
        return webhookID < otherID
    }
}
