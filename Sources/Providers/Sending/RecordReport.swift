import Domain

/// A record's final report as a receipt, with the key that a webhook of the same report has.
public struct RecordReport: Hashable, Sendable {
    /// The receipt. A record has neither currency, rate nor `ext`, so its content differs from the webhook's.
    public var receipt: Receipt
    /// Its identity.
    public var key: ReceiptKey
    /// The hash over identity and content.
    public var contentHash: Int64

    /// A report with these fields.
    public init(receipt: Receipt, key: ReceiptKey, contentHash: Int64) {
        self.receipt = receipt
        self.key = key
        self.contentHash = contentHash
    }
}

extension RecordReport: WithoutContents {
    /// The receipt's key only.
    public var description: String { "RecordReport(\(key))" }
}
