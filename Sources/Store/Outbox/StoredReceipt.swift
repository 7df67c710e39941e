import Domain

/// The part of a stored receipt that a second copy of it may contradict or complete.
package struct StoredReceipt: Sendable, Equatable {
    /// The receipt.
    package var key: ReceiptKey
    /// Of its whole content.
    package var contentHash: Int64
    /// What was reported beside the identity.
    package var content: ReceiptContent
    /// Where the earliest copy came from.
    package var origin: ReceiptOrigin
    /// The attempt it is tied to; nil while it is parked.
    package var match: ReceiptMatch?

    /// What it becomes by another copy: of two contents the greater stands, with its match; the earliest origin stands;
    /// and a parked one is tied as soon as any copy finds its attempt.
    package func merged(with copy: ReceiptRecord) -> StoredReceipt {
        var result = self
        if content < copy.receipt.content {
            result.content = copy.receipt.content
            result.contentHash = copy.contentHash
            result.match = copy.match ?? match
        }
        if copy.origin.isEarlier(than: origin) { result.origin = copy.origin }
        result.match = result.match ?? copy.match
        return result
    }
}
