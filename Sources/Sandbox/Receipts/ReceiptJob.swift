import NIOCore

/// What became of a callback.
enum CallbackOutcome: Hashable {
    /// Answered 200 and `success`.
    case delivered
    /// Answered otherwise.
    case refused
    /// Not answered: no connection, a break, a time-out, no room in the queue.
    case failed
}

/// One callback on its way. Used on the event loop only.
final class ReceiptJob {
    /// The request.
    let bytes: [UInt8]
    /// Until when it is tried again if it could not be connected.
    let retryUntil: NIODeadline
    /// Told once.
    let complete: (CallbackOutcome) -> Void

    init(_ bytes: [UInt8], retryUntil: NIODeadline, complete: @escaping (CallbackOutcome) -> Void) {
        self.bytes = bytes
        self.retryUntil = retryUntil
        self.complete = complete
    }
}
