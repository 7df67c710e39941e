/// An SMS somebody sent to one of our virtual numbers.
package struct InboundMessage: Hashable, Sendable {
    /// The dedupe key, made like a receipt's from message id, both numbers and reported time.
    package var key: UInt128
    /// The provider's id.
    package var messageID: String
    /// The sender in E.164 with `+`, or as it came: a short code or an alphanumeric name has no such form.
    package var fromNumber: String
    /// The sender as it came.
    package var fromNumberRaw: String
    /// Our number in E.164 with `+`, or as it came.
    package var toNumber: String
    /// Our number as it came.
    package var toNumberRaw: String
    /// The text, to the byte; may be empty.
    package var content: String
    /// `receiveTime` as written, of unknown zone; empty if there was none.
    package var reportedTime: String
    /// Billed parts.
    package var size: Int32?
    /// Price of one part, in the account's currency (none is reported).
    package var price: Amount?
    /// Covers all of the above except the raw spellings.
    package var contentHash: Int64

    /// Takes every field as it is; nothing is checked here.
    package init(
        key: UInt128, messageID: String, fromNumber: String, fromNumberRaw: String, toNumber: String,
        toNumberRaw: String, content: String, reportedTime: String, size: Int32?, price: Amount?,
        contentHash: Int64
    ) {
        self.key = key
        self.messageID = messageID
        self.fromNumber = fromNumber
        self.fromNumberRaw = fromNumberRaw
        self.toNumber = toNumber
        self.toNumberRaw = toNumberRaw
        self.content = content
        self.reportedTime = reportedTime
        self.size = size
        self.price = price
        self.contentHash = contentHash
    }
}
