/// Reads the value of `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date of the form
/// `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// - Returns: the time from now, never negative; nil for anything else.
package func retryAfter(_ text: String, now: Timestamp) -> Duration? {
    let text = text.drop { $0 == " " }
    if !text.isEmpty, text.utf8.count <= secondsDigitsMax, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        return Int64(text).map { .seconds($0) }
    }
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
        let month = monthNames.firstIndex(of: String(words[2])),
        let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    let clock = words[4].split(separator: ":").map { Int64($0) ?? -1 }
    guard clock.count == 3, 0...23 ~= clock[0], 0...59 ~= clock[1], 0...60 ~= clock[2] else { return nil }
    let seconds = clock[0] * 3_600 + clock[1] * 60 + clock[2]
    return max(.zero, .microseconds(date.start.microseconds + seconds * 1_000_000 - now.microseconds))
}

/// A thousand million seconds are as good as for ever.
private let secondsDigitsMax = 9
private let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
