import Domain

/// An attempt that a receipt may belong to.
package struct AttemptCandidate: Sendable, Equatable {
    /// Which of the asked keys found it.
    package var ordinal: Int
    /// The attempt.
    package var attemptID: AttemptID
    /// The entry it is an attempt of.
    package var entryID: EntryID
    /// The number it was handed over for, as the outbox writes it.
    package var recipientPhoneNumber: String
}
