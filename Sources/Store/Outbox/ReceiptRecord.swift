import Domain

/// A receipt with where it came from and the attempt it was matched to, if any.
public struct ReceiptRecord: Sendable, Equatable {
    /// What the provider reported.
    public var receipt: Receipt
    /// The dedupe key, and primary key.
    public var key: ReceiptKey
    /// Tells a duplicate from a conflict.
    public var contentHash: Int64
    /// The provider's name.
    public var provider: String
    /// Where it came from.
    public var origin: ReceiptOrigin
    /// Where it belongs; nil parks it.
    public var match: ReceiptMatch?

    /// Makes a record.
    public init(
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
    public var evidence: ReceiptEvidence {
        ReceiptEvidence(receipt, key: key, receivedAt: origin.receivedAt)
    }
}
