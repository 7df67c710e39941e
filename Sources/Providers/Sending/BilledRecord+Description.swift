import Domain

extension BilledRecord: WithoutContents {
    /// The message's id only.
    package var description: String { "BilledRecord(\(messageID))" }
}
