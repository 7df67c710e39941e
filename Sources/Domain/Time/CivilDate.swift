/// A day of the proleptic Gregorian calendar, without a zone.
package struct CivilDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; negative before.
    package var daysSinceEpoch: Int32

    /// The day this many days after 1970-01-01.
    package init(daysSinceEpoch: Int32) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// The day of a calendar date; nil if there is no such day, or outside the years 1...9999.
    package init?(year: Int, month: Int, day: Int) {
        guard 1...9999 ~= year, 1...12 ~= month, day >= 1, day <= daysInMonth(month, of: year) else { return nil }
        self.daysSinceEpoch = Int32(daysFromCivil(year: year, month: month, day: day))
    }

    /// The year; 0 and below are before the common era.
    package var year: Int { civilFields(ofDays: Int(daysSinceEpoch)).year }
    /// The month, 1...12.
    package var month: Int { civilFields(ofDays: Int(daysSinceEpoch)).month }
    /// The day of the month, 1...31.
    package var day: Int { civilFields(ofDays: Int(daysSinceEpoch)).day }

    /// Midnight UTC at which the day begins; the nearest representable moment for days beyond the range of
    /// ``Timestamp`` (some 292 000 years either way).
    package var start: Timestamp {
        let (microseconds, overflow) = Int64(daysSinceEpoch).multipliedReportingOverflow(by: microsecondsPerDay)
        guard overflow else { return Timestamp(microseconds: microseconds) }
        return Timestamp(microseconds: daysSinceEpoch < 0 ? .min : .max)
    }

    /// Order of time.
    package static func < (left: Self, right: Self) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }
}

extension CivilDate: CustomStringConvertible, LosslessStringConvertible {
    /// `yyyy-MM-dd`; more digits, or a sign, only outside the years 0...9999.
    package var description: String {
        let fields = civilFields(ofDays: Int(daysSinceEpoch))
        return padded(fields.year, 4) + "-" + padded(fields.month, 2) + "-" + padded(fields.day, 2)
    }

    /// Reads exactly `yyyy-MM-dd`; nil for every other form, for a date that does not exist, and for the year 0.
    package init?(_ text: some StringProtocol) {
        var reader = ByteReader(text.utf8.makeIterator())
        guard let date = reader.civilDate(), reader.peek == nil else { return nil }
        self = date
    }
}
