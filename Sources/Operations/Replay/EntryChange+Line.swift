import Store

extension EntryChange {
    /// The entry, and `status/deliveryState` before and after.
    var line: String {
        "entry \(entryID): \(statusBefore.rawValue)/\(deliveryStateBefore.rawValue) -> "
            + "\(after.status.rawValue)/\(after.deliveryState.rawValue)"
    }
}
