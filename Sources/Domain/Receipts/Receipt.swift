/// What a provider reports on one message.
package struct Receipt: Hashable, Sendable {
    /// The provider's id of the message, or ours where we chose it, as written.
    package var messageID: String
    /// The recipient, digits only, country code first.
    package var phone: String
    /// The status as written, without white space at the ends.
    package var status: String
    /// `drtime` as written.
    package var reportedTime: String
    /// Everything that is no part of its identity.
    package var content: ReceiptContent

    /// The receipt with these fields.
    package init(messageID: String, phone: String, status: String, reportedTime: String, content: ReceiptContent) {
        self.messageID = messageID
        self.phone = phone
        self.status = status
        self.reportedTime = reportedTime
        self.content = content
    }

    /// How much it says, by its status alone: `status` wins over `result` (providers.md, section 1.4).
    package var rank: ReceiptRank { ReceiptStatus(status).rank }

    /// The status as a number; nil if it is none, or too large for `Int` (its rank is that of a number all the same).
    package var statusNumber: Int? { ReceiptStatus(status).number }
}
