import Domain

/// An entry whose state was computed anew and changed.
package struct EntryChange: Sendable, Equatable {
    /// The entry.
    package var entryID: EntryID
    /// The status before.
    package var statusBefore: EntryStatus
    /// The delivery state before.
    package var deliveryStateBefore: DeliveryState
    /// What it is now.
    package var after: EntryState
}

extension EntryChange {
    init(from entry: StoredEvidence, to state: EntryState) {
        self.init(
            entryID: entry.id, statusBefore: entry.status, deliveryStateBefore: entry.deliveryState, after: state)
    }
}
