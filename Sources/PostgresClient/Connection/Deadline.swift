import Glibc

/// A point in time after which a wait ends, on the clock that does not stop while the machine sleeps.
public struct Deadline: Sendable, Comparable {
    /// The instant itself.
    public let instant: ContinuousClock.Instant

    /// A deadline at an instant.
    public init(_ instant: ContinuousClock.Instant) { self.instant = instant }

    /// A deadline this far from now.
    public static func `in`(_ duration: Duration) -> Deadline { Deadline(.now.advanced(by: duration)) }

    /// Time left, never negative.
    public var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

    /// Whether it is over.
    public var hasPassed: Bool { ContinuousClock.now >= instant }

    /// Orders by time.
    public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }

    /// Occupies the calling thread until then. Only for a thread of one's own, never the shared pool.
    public func blockThread() {
        while !hasPassed { _ = poll(nil, 0, pollMilliseconds) }
    }

    /// Milliseconds left for poll(2), rounded up so that a wait never ends early; 0 when over.
    var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = remaining.components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        if milliseconds.overflow || milliseconds.partialValue > Int64(Int32.max) - 1000 { return Int32.max }
        return Int32(milliseconds.partialValue + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
