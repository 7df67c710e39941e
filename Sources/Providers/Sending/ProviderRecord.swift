/// What a provider has recorded about one message.
public struct ProviderRecord: Hashable, Sendable {
    /// The message's id, as the provider records it.
    public var messageID: String
    /// The recipient, digits only. It may differ from the number submitted, so match by id.
    public var phone: String
    /// The final report; nil while there is none.
    public var report: RecordReport?

    /// A record with these fields.
    public init(messageID: String, phone: String, report: RecordReport?) {
        self.messageID = messageID
        self.phone = phone
        self.report = report
    }
}

extension ProviderRecord: WithoutContents {
    /// The message's id only.
    public var description: String { "ProviderRecord(\(messageID))" }
}
