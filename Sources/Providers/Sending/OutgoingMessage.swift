import Domain

/// One SMS as it is handed to a provider, to one recipient.
package struct OutgoingMessage: Hashable, Sendable {
    /// Our id of the hand-over; it comes back in the receipt.
    package var attemptID: AttemptID
    /// Who gets it.
    package var recipient: PhoneNumber
    /// The text, as it is to be shown.
    package var text: String
    /// What is shown as its sender; empty leaves the choice to the provider.
    package var senderID: String

    /// A message with these fields.
    package init(attemptID: AttemptID, recipient: PhoneNumber, text: String, senderID: String) {
        self.attemptID = attemptID
        self.recipient = recipient
        self.text = text
        self.senderID = senderID
    }
}

extension OutgoingMessage: WithoutContents {
    /// The attempt's id only.
    package var description: String { "OutgoingMessage(\(attemptID))" }
}
