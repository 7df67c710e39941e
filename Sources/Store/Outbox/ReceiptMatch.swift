import Domain

/// The attempt that a receipt reports on.
public struct ReceiptMatch: Sendable, Hashable {
    /// The attempt.
    public var attemptID: AttemptID
    /// Its entry.
    public var entryID: EntryID

    /// Makes a match.
    public init(attemptID: AttemptID, entryID: EntryID) {
        self.attemptID = attemptID
        self.entryID = entryID
    }
}
