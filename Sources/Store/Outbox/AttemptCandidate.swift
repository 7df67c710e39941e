import Domain

/// An attempt that a receipt may belong to.
public struct AttemptCandidate: Sendable, Equatable {
    /// Which of the asked keys found it.
    public var ordinal: Int
    /// The attempt.
    public var attemptID: AttemptID
    /// The entry it is an attempt of.
    public var entryID: EntryID
    /// The number it was handed over for, as the outbox writes it.
    public var recipientPhoneNumber: String
}
