import Domain

extension BilledRecord: WithoutContents {
    /// The message's id only.
    public var description: String { "BilledRecord(\(messageID))" }
}
