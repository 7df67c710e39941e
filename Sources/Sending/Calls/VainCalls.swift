import Domain

/// Counts calls that came to nothing since the last one that came to something. No single one tells, because its send is
/// only put off.
struct VainCalls {
    /// For how long nothing must have come of any call before it is told.
    static let patience = Duration.seconds(60)
    /// How long until it is told again.
    static let interval = Duration.seconds(300)

    /// What is worth a line in the log.
    enum News: Equatable {
        /// Nothing came of any of so many calls, for so long.
        case vain(calls: Int, for: Duration)
        /// Something came of a call, after that was told.
        case over
    }

    private var first: ContinuousClock.Instant?
    private var told: ContinuousClock.Instant?
    private var calls = 0

    /// A call ended so at this moment.
    mutating func ended(_ outcome: SendOutcome, at now: ContinuousClock.Instant) -> News? {
        // A pause says itself what it is, and another call is not made.
        guard outcome != .pause else { return nil }
        guard outcome.isVain else {
            defer { self = VainCalls() }
            return told == nil ? nil : .over
        }
        let first = self.first ?? now
        self.first = first
        calls += 1
        let time = first.duration(to: now)
        guard time >= Self.patience, told.map({ $0.duration(to: now) >= Self.interval }) ?? true else { return nil }
        told = now
        return .vain(calls: calls, for: time)
    }
}

extension SendOutcome {
    /// Whether the provider has, as far as we know, not looked at the message. What it says of a number, it has looked at.
    fileprivate var isVain: Bool {
        switch self {
        case .accepted, .permanent, .duplicate, .wait(.numberCapped, _), .wait(.duplicateUnproven, _): false
        case .retry, .unclear, .pause, .wait(.rateLimited, _), .wait(.clockSkew, _), .wait(.notWritten, _): true
        }
    }
}
