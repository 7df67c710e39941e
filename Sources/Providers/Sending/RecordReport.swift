import Domain

/// A record's final report as a receipt, with the key that a webhook of the same report has.
package struct RecordReport: Hashable, Sendable {
    /// The receipt. A record has neither currency, rate nor `ext`, so its content differs from the webhook's.
    package var receipt: Receipt
    /// Its identity.
    package var key: ReceiptKey
    /// The hash over identity and content.
    package var contentHash: Int64

    /// A report with these fields.
    package init(receipt: Receipt, key: ReceiptKey, contentHash: Int64) {
        self.receipt = receipt
        self.key = key
        self.contentHash = contentHash
    }
}

extension RecordReport: WithoutContents {
    /// The receipt's key only.
    package var description: String { "RecordReport(\(key))" }
}
