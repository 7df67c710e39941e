/// A 128-bit id that cannot be mistaken for another kind's; ours are UUIDs of version 7.
///
/// The value is the UUID's bytes read as one big-endian number, so that unsigned order is Postgres's order of `uuid`.
/// Layout: RFC 9562 section 5.7: 48 bits of Unix milliseconds, version 7, 12 random bits, variant `10`, 62 random bits.
/// Ids made elsewhere (other versions) are representable, too; what is then read as their time means nothing.
package struct Identifier<Kind>: Hashable, Comparable, Sendable {
    /// The UUID's 16 bytes as one big-endian number.
    package let rawValue: UInt128

    /// The id with exactly these 128 bits.
    package init(rawValue: UInt128) {
        self.rawValue = rawValue
    }

    /// A new id of version 7 (RFC 9562 section 5.7).
    ///
    /// - Parameters:
    ///   - time: when it was made; outside 1970-01-01...10889-08-02 the nearest millisecond that fits is taken.
    ///   - random: the lowest 12 bits of the first and the lowest 62 of the second number are used.
    package init(at time: Timestamp, random: (UInt64, UInt64)) {
        let version: UInt128 = 0x7 << 76
        let variant: UInt128 = 0b10 << 62
        self.rawValue =
            idTimePart(ofMilliseconds: time.milliseconds) | version | UInt128(random.0 & 0xFFF) << 64
            | variant | UInt128(random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// The first id of a UTC day in the order of ids: its first millisecond, all other bits zero.
    ///
    /// Meant as a bound of ranges, not as an id: every id made on that day is greater, every earlier one smaller.
    /// Days before 1970 or after 10889 have the first or the last bound there is.
    package static func lowest(on day: CivilDate) -> Self {
        Self(rawValue: idTimePart(ofMilliseconds: Int64(day.daysSinceEpoch) * millisecondsPerDay))
    }

    /// When the id was made, in milliseconds since 1970-01-01 UTC: 0...2^48-1.
    package var milliseconds: Int64 { Int64(truncatingIfNeeded: rawValue >> 80) }

    /// When the id was made, exact to the millisecond.
    package var timestamp: Timestamp { Timestamp(microseconds: milliseconds * 1_000) }

    /// The UTC day on which the id was made.
    package var day: CivilDate { timestamp.day }

    /// Unsigned order of the 128 bits, as Postgres orders `uuid`.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Identifier: CustomStringConvertible, LosslessStringConvertible {
    /// The canonical text of a UUID: lower-case, 8-4-4-4-12 (RFC 9562 section 4).
    package var description: String { uuidText(of: rawValue) }

    /// Reads a UUID in either case, with all four hyphens or with none.
    ///
    /// nil for everything else, including braces, `urn:uuid:` and white space.
    package init?(_ text: some StringProtocol) {
        guard let value = uuidValue(of: text) else { return nil }
        self.init(rawValue: value)
    }
}

private let millisecondsPerDay: Int64 = 86_400_000
private let idMillisecondsMax: Int64 = 0xFFFF_FFFF_FFFF

private func idTimePart(ofMilliseconds milliseconds: Int64) -> UInt128 {
    UInt128(UInt64(min(max(milliseconds, 0), idMillisecondsMax))) << 80
}
