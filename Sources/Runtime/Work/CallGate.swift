import Synchronization

/// The last moment before a call is written: whether the lease still holds, and whether anything may have gone out.
///
/// The clock counts the time that a machine or a process is suspended, so a process that slept past its lease does not
/// write. Exits: open to passed, once, in time; open to shut, after a failure. Passed and shut are final: a call that
/// failed with the gate shut was certainly not written, and never will be.
package final class CallGate: Sendable {
    private static let open: UInt8 = 0
    private static let passed: UInt8 = 1
    private static let shut: UInt8 = 2

    private let deadline: ContinuousClock.Instant
    private let state = Atomic<UInt8>(CallGate.open)

    /// A gate that is open until an instant.
    package init(until deadline: ContinuousClock.Instant) { self.deadline = deadline }

    /// Whether the caller may write now. From here on it may have been written.
    package func pass() -> Bool {
        guard ContinuousClock.now < deadline else { return false }
        return state.compareExchange(expected: Self.open, desired: Self.passed, ordering: .sequentiallyConsistent)
            .exchanged
    }

    /// Shuts the gate after a failure.
    ///
    /// - Returns: whether nothing was written.
    package func shutUnpassed() -> Bool {
        state.compareExchange(expected: Self.open, desired: Self.shut, ordering: .sequentiallyConsistent).original
            != Self.passed
    }
}

/// The lease ended before the call was written.
package struct LeasePassed: Error {
    package init() {}
}
