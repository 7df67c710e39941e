/// What a process does about requests to stop: the first signal drains, the second stops at once.
///
/// A value; ``StopWatch`` performs what it decides.
struct StopRequests {
    /// What is to be done.
    enum Action: Equatable {
        /// Nothing new.
        case none
        /// Tell the services to drain.
        case drain(signal: Int32)
        /// End the process with this code.
        case exit(code: Int32)
    }

    /// The byte that tells of a drain that no signal asked for.
    static let drainByte: UInt8 = 0

    /// Whether the grace is running.
    private(set) var isDraining = false
    private var signals = 0

    /// Decides about one byte: a signal's number or ``drainByte``.
    mutating func received(_ byte: UInt8) -> Action {
        isDraining = true
        guard byte != Self.drainByte else { return .none }
        signals += 1
        // 128 + n is how a shell tells of a signal.
        return signals == 1 ? .drain(signal: Int32(byte)) : .exit(code: 128 + Int32(byte))
    }
}
