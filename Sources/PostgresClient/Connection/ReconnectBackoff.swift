/// How long to wait before the next attempt to connect: doubles from a floor to a ceiling, with jitter, so that many
/// processes do not all connect at once to a database that has just come back.
public struct ReconnectBackoff: Sendable {
    /// The first ceiling. Defaults to 50 ms.
    public var floor: Duration
    /// The last ceiling. Defaults to 2 s.
    public var ceiling: Duration
    private var failures = 0

    /// Makes one without failures.
    public init(floor: Duration = .milliseconds(50), ceiling: Duration = .seconds(2)) {
        self.floor = floor
        self.ceiling = ceiling
    }

    /// Forgets the failures.
    public mutating func reset() { failures = 0 }

    /// Counts a failure.
    /// - Parameter jitter: 0..<1, from the caller's source of randomness.
    /// - Returns: the time to wait, between a tenth of the current ceiling and the whole of it.
    public mutating func next(jitter: Double) -> Duration {
        let doubled = floor * (1 << min(failures, 16))
        failures = min(failures + 1, 16)
        return min(doubled, ceiling) * (0.1 + 0.9 * min(max(jitter, 0), 1))
    }
}
