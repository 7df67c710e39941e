import Domain

/// A record of a provider's day list as a bill has it: every value as written, and what can be read of size and price.
public struct BilledRecord: Hashable, Sendable {
    /// The message's id.
    public var messageID: String
    /// The recipient, as written.
    public var phone: String
    /// The sender, as written.
    public var senderID: String
    /// When it was sent, in the provider's local time, as written.
    public var submittedTime: String
    /// When it was reported on, likewise.
    public var reportedTime: String
    /// The report's word, as written.
    public var report: String
    /// Its status, as written.
    public var reportStatus: String
    /// Billed parts, as written.
    public var sizeText: String
    /// Price of a part, as written; the list names no currency.
    public var priceText: String
    /// Whether it is billed, as written.
    public var billingStatus: String
    /// The recipient's network, as written.
    public var network: String

    /// Billed parts; nil where that is no number of them.
    public var size: Int32? { Int32(sizeText).flatMap { $0 >= 0 ? $0 : nil } }
    /// Price of a part, exactly; nil where it is no amount.
    public var price: Amount? { Amount(priceText) }
}

extension BilledRecord: WithoutContents {
    /// The message's id only.
    public var description: String { "BilledRecord(\(messageID))" }
}

/// What a provider answers when it is asked for a page of a day's bill.
public enum BilledPage: Hashable, Sendable {
    /// A page, how many of its records have no message id, and how many records the day has.
    case page(records: [BilledRecord], withoutID: Int, total: Int)
    /// Asked too often; ask later.
    case tooOften
    /// It would not say; its code, where one could be read.
    case refused(code: String?)
    /// The answer has no meaning.
    case unreadable
}
