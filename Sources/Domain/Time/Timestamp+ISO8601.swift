extension Timestamp: CustomStringConvertible {
    /// The same as ``iso8601``.
    package var description: String { iso8601 }

    /// `2023-05-20T14:30:00.000Z`: always UTC, with three digits of the second, or six where three would lose some.
    package var iso8601: String {
        let (days, microsecondsOfDay) = floorDivide(microseconds, microsecondsPerDay)
        let date = civilFields(ofDays: Int(days))
        let (seconds, left) = Int(microsecondsOfDay).quotientAndRemainder(dividingBy: 1_000_000)
        guard 0...9_999 ~= date.year else {
            let (text, left) = civilText(ofMicroseconds: microseconds, separator: "T")
            return text + "." + (left % 1_000 == 0 ? padded(left / 1_000, 3) : padded(left, 6)) + "Z"
        }
        // Made in one piece: every answer of the API has one, and putting parts together takes ten times as long.
        return String(unsafeUninitializedCapacity: 27) { buffer in
            var length = 0
            func append(_ value: Int, _ width: Int, then separator: Unicode.Scalar) {
                var rest = value
                for place in (length..<length + width).reversed() {
                    buffer[place] = 0x30 + UInt8(rest % 10)
                    rest /= 10
                }
                length += width + 1
                buffer[length - 1] = UInt8(ascii: separator)
            }
            append(date.year, 4, then: "-")
            append(date.month, 2, then: "-")
            append(date.day, 2, then: "T")
            append(seconds / 3_600, 2, then: ":")
            append(seconds / 60 % 60, 2, then: ":")
            append(seconds % 60, 2, then: ".")
            if left % 1_000 == 0 { append(left / 1_000, 3, then: "Z") } else { append(left, 6, then: "Z") }
            return length
        }
    }

    /// Reads a moment written after ISO 8601 / RFC 3339, as providers write it.
    ///
    /// `yyyy-MM-dd`, then `T`, `t` or a space, `HH:mm:ss`, optionally `.` and 1...9 digits (beyond the microsecond
    /// they are cut off), then `Z`, `z`, `±HH`, `±HHmm` or `±HH:mm`. nil for every other form, without a zone (the
    /// moment would be a guess), for a date or time that does not exist, and outside the years 1...9999 UTC.
    package init?(iso8601 text: some StringProtocol) {
        var reader = ByteReader(text.utf8.makeIterator())
        guard let date = reader.civilDate(), reader.take("T") || reader.take("t") || reader.take(" "),
            let timeOfDay = reader.timeOfDay(), let fraction = reader.fraction(),
            let offset = reader.zoneOffset(), reader.peek == nil
        else { return nil }
        let microseconds = date.start.microseconds + timeOfDay + fraction - offset
        guard earliestReadable...latestReadable ~= microseconds else { return nil }
        self.init(microseconds: microseconds)
    }
}

/// 0001-01-01 00:00 UTC.
private let earliestReadable = Int64(daysFromCivil(year: 1, month: 1, day: 1)) * microsecondsPerDay
/// The last microsecond of 9999 UTC.
private let latestReadable = Int64(daysFromCivil(year: 10_000, month: 1, day: 1)) * microsecondsPerDay - 1

extension ByteReader {
    /// Takes a fraction of a second if there is one, as microseconds; nil if it has no digit or more than nine.
    fileprivate mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var microseconds: Int64 = 0
        var count = 0
        while let digit = peek.flatMap(decimalDigit) {
            count += 1
            guard count <= 9 else { return nil }
            if count <= 6 { microseconds = microseconds * 10 + Int64(digit) }
            _ = next()
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { microseconds *= 10 }
        return microseconds
    }

    /// Takes a zone as the microseconds it is ahead of UTC; nil without one, or beyond ±23:59.
    fileprivate mutating func zoneOffset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let east = take("+")
        guard east || take("-"), let hours = digits(2) else { return nil }
        var minutes = 0
        if peek != nil {
            _ = take(":")
            guard let read = digits(2) else { return nil }
            minutes = read
        }
        guard hours < 24, minutes < 60 else { return nil }
        return Int64(hours * 60 + minutes) * (east ? 60_000_000 : -60_000_000)
    }
}
