/// What a provider reports on one message.
public struct Receipt: Hashable, Sendable {
    /// The provider's id of the message, or ours where we chose it, as written.
    public var messageID: String
    /// The recipient, digits only, country code first.
    public var phone: String
    /// The status as written, without white space at the ends.
    public var status: String
    /// `drtime` as written.
    public var reportedTime: String
    /// Everything that is no part of its identity.
    public var content: ReceiptContent

    /// The receipt with these fields.
    public init(messageID: String, phone: String, status: String, reportedTime: String, content: ReceiptContent) {
        self.messageID = messageID
        self.phone = phone
        self.status = status
        self.reportedTime = reportedTime
        self.content = content
    }

    /// How much it says, by its status alone: `status` wins over `result` (providers.md, section 1.4).
    public var rank: ReceiptRank { ReceiptStatus(status).rank }

    /// The status as a number; nil if it is none, or too large for `Int` (its rank is that of a number all the same).
    public var statusNumber: Int? { ReceiptStatus(status).number }
}
