/// A record of a provider's day list as a bill has it: every value as written, and what can be read of size and price.
package struct BilledRecord: Hashable, Sendable {
    /// The message's id.
    package var messageID: String
    /// The recipient, as written.
    package var phone: String
    /// The sender, as written.
    package var senderID: String
    /// When it was sent, in the provider's local time, as written.
    package var submittedTime: String
    /// When it was reported on, likewise.
    package var reportedTime: String
    /// The report's word, as written.
    package var report: String
    /// Its status, as written.
    package var reportStatus: String
    /// Billed parts, as written.
    package var sizeText: String
    /// Price of a part, as written; the list names no currency.
    package var priceText: String
    /// Whether it is billed, as written.
    package var billingStatus: String
    /// The recipient's network, as written.
    package var network: String

    /// Takes every text as it is; nothing is checked here.
    package init(
        messageID: String, phone: String, senderID: String, submittedTime: String, reportedTime: String,
        report: String, reportStatus: String, sizeText: String, priceText: String, billingStatus: String,
        network: String
    ) {
        self.messageID = messageID
        self.phone = phone
        self.senderID = senderID
        self.submittedTime = submittedTime
        self.reportedTime = reportedTime
        self.report = report
        self.reportStatus = reportStatus
        self.sizeText = sizeText
        self.priceText = priceText
        self.billingStatus = billingStatus
        self.network = network
    }

    /// Billed parts; nil where that is no number of them.
    package var size: Int32? { Int32(sizeText).flatMap { $0 >= 0 ? $0 : nil } }
    /// Price of a part, exactly; nil where it is no amount.
    package var price: Amount? { Amount(priceText) }
}
