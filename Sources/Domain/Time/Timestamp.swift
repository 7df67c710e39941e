/// A moment, in Postgres's own resolution.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01 00:00 UTC, without leap seconds; negative before.
    public var microseconds: Int64

    /// The moment this many microseconds after 1970-01-01 00:00 UTC.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Whole milliseconds since 1970-01-01 00:00 UTC, rounded down.
    public var milliseconds: Int64 { floorDivide(microseconds, 1_000).quotient }

    /// The UTC day of the moment.
    public var day: CivilDate {
        CivilDate(daysSinceEpoch: Int32(floorDivide(microseconds, microsecondsPerDay).quotient))
    }

    /// Order of time.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
