/// What a webhook says. Every text in it is valid UTF-8 without U+0000, so that Postgres takes it.
///
/// A content hash covers identity and content: the same key with another hash is a conflict, not a duplicate.
package enum WebhookEvent: Hashable, Sendable {
    /// A provider's report on one message we sent.
    case receipt(Receipt, key: ReceiptKey, contentHash: Int64)
    /// One SMS sent or received by an Onoff user.
    case smsLog(SMSLogEvent)
    /// An Onoff event of a kind we only keep.
    case otherEvent(OtherEvent)
    /// An SMS somebody sent to one of our numbers.
    case inbound(InboundMessage)
}
