import Glibc

/// Writes `2023-05-20T14:30:00.123Z` (ISO 8601, UTC, milliseconds), without locale or allocation of a calendar.
enum ISOTime {
    /// The time now, in milliseconds since 1970-01-01 UTC.
    static func nowMilliseconds() -> Int64 { wallClockMicroseconds() / 1_000 }

    /// Appends the text of a time between the years 0 and 9999.
    static func append(milliseconds: Int64, to line: inout [UInt8]) {
        var seconds = time_t(milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000)
        let fraction = Int32(milliseconds - Int64(seconds) * 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        append(parts.tm_year + 1_900, digits: 4, to: &line)
        for (separator, part) in [
            ("-", parts.tm_mon + 1), ("-", parts.tm_mday), ("T", parts.tm_hour), (":", parts.tm_min),
        ] {
            line.append(contentsOf: separator.utf8)
            append(part, digits: 2, to: &line)
        }
        line.append(UInt8(ascii: ":"))
        append(parts.tm_sec, digits: 2, to: &line)
        line.append(UInt8(ascii: "."))
        append(fraction, digits: 3, to: &line)
        line.append(UInt8(ascii: "Z"))
    }

    private static func append(_ number: Int32, digits: Int, to line: inout [UInt8]) {
        var divisor: Int32 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            line.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }
}
