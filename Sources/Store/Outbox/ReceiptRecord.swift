import Domain

/// A receipt with where it came from and the attempt it was matched to, if any.
package struct ReceiptRecord: Sendable, Equatable {
    /// What the provider reported.
    package var receipt: Receipt
    /// The dedupe key, and primary key.
    package var key: ReceiptKey
    /// Tells a duplicate from a conflict.
    package var contentHash: Int64
    /// The provider's name.
    package var provider: String
    /// Where it came from.
    package var origin: ReceiptOrigin
    /// Where it belongs; nil parks it.
    package var match: ReceiptMatch?

    package init(
        receipt: Receipt, key: ReceiptKey, contentHash: Int64, provider: String, origin: ReceiptOrigin,
        match: ReceiptMatch?
    ) {
        self.receipt = receipt
        self.key = key
        self.contentHash = contentHash
        self.provider = provider
        self.origin = origin
        self.match = match
    }

    /// What it says about its attempt.
    package var evidence: ReceiptEvidence {
        ReceiptEvidence(receipt, key: key, receivedAt: origin.receivedAt)
    }
}
