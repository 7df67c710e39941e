import Store

extension EntryChange {
    /// The entry, and `status/deliveryState` before and after.
    var line: String {
        "entry \(entryID): \(statusBefore)/\(deliveryStateBefore) -> "
            + "\(after.status.rawValue)/\(after.deliveryState.rawValue)"
    }
}
