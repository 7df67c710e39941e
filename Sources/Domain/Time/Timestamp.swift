/// A moment, in Postgres's own resolution.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01 00:00 UTC, without leap seconds; negative before.
    package var microseconds: Int64

    /// The moment this many microseconds after 1970-01-01 00:00 UTC.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Whole milliseconds since 1970-01-01 00:00 UTC, rounded down.
    package var milliseconds: Int64 { floorDivide(microseconds, 1_000).quotient }

    /// The UTC day of the moment.
    package var day: CivilDate {
        CivilDate(daysSinceEpoch: Int32(floorDivide(microseconds, microsecondsPerDay).quotient))
    }

    /// Order of time.
    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
