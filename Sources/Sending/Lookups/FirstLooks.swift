import Domain

/// When this process first looked for each attempt, by a clock that nobody sets: what is certain of an attempt's age,
/// whatever the database's clock did meanwhile.
///
/// Bounded: of more attempts than it remembers, those not looked for lately count as never looked for. Pure: time comes
/// in.
struct FirstLooks: Sendable {
    /// Attempts that are remembered at least, and half of those that are at most.
    static let countMax = 20_000

    private var recent: [AttemptID: ContinuousClock.Instant] = [:]
    private var older: [AttemptID: ContinuousClock.Instant] = [:]

    /// When it was looked for first: now, where that is not known.
    mutating func first(_ attempt: AttemptID, now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        if let known = recent[attempt] { return known }
        if recent.count >= Self.countMax {
            older = recent
            recent = [:]
        }
        let first = older[attempt] ?? now
        recent[attempt] = first
        return first
    }
}
