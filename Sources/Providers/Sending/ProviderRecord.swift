/// What a provider has recorded about one message.
package struct ProviderRecord: Hashable, Sendable {
    /// The message's id, as the provider records it.
    package var messageID: String
    /// The recipient, digits only. It may differ from the number submitted, so match by id.
    package var phone: String
    /// The final report; nil while there is none.
    package var report: RecordReport?

    /// A record with these fields.
    package init(messageID: String, phone: String, report: RecordReport?) {
        self.messageID = messageID
        self.phone = phone
        self.report = report
    }
}

extension ProviderRecord: WithoutContents {
    /// The message's id only.
    package var description: String { "ProviderRecord(\(messageID))" }
}
