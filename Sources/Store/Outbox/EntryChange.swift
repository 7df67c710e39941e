import Domain

/// An entry whose state was computed anew and changed.
public struct EntryChange: Sendable, Equatable {
    /// The entry.
    public var entryID: EntryID
    /// The status before, as stored.
    public var statusBefore: String
    /// The delivery state before, as stored.
    public var deliveryStateBefore: String
    /// What it is now.
    public var after: EntryState
}

extension EntryChange {
    init(from entry: StoredEvidence, to state: EntryState) {
        self.init(
            entryID: entry.id, statusBefore: entry.status, deliveryStateBefore: entry.deliveryState, after: state)
    }
}
