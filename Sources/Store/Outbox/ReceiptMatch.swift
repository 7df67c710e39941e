import Domain

/// The attempt that a receipt reports on.
package struct ReceiptMatch: Sendable, Hashable {
    /// The attempt.
    package var attemptID: AttemptID
    /// Its entry.
    package var entryID: EntryID

    /// Makes a match.
    package init(attemptID: AttemptID, entryID: EntryID) {
        self.attemptID = attemptID
        self.entryID = entryID
    }
}
