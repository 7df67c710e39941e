import Domain
import Store

/// Whether an entry can be cancelled.
enum CancelVerdict: Sendable, Equatable {
    case cancel
    /// It is cancelled already: the same answer once more.
    case done
    /// 409: it is sent or failed.
    case notPending
    /// 409: a worker or the provider has it, or may have.
    case dispatched
}

/// Decides on a cancel. Pure.
///
/// - Parameter isLeased: whether a worker holds its queue row; nil where it is in no queue.
func decideCancel(_ entry: EntryRecord, isLeased: Bool?, attempts: [AttemptRecord]) -> CancelVerdict {
    if entry.times.cancelledAt != nil { return .done }
    guard entry.status == .pending else { return .notPending }
    guard isLeased == false else { return .dispatched }
    return attempts.contains { $0.cycle == entry.cycle && $0.isOrWasWithProvider } ? .dispatched : .cancel
}

extension AttemptRecord {
    /// Whether it was handed over, or may have been, and the provider has not given it back.
    fileprivate var isOrWasWithProvider: Bool {
        switch state {
        case .prepared, .notSent: !receipts.isEmpty
        case .dispatched, .accepted, .rejected, .unclear: true
        }
    }
}
