extension ByteReader {
    /// Takes `yyyy-MM-dd`; nil for another form or a date that does not exist.
    mutating func civilDate() -> CivilDate? {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// Takes `HH:mm:ss`, 00:00:00...23:59:59, as microseconds of the day; nil for another form. No leap second.
    mutating func timeOfDay() -> Int64? {
        guard let hour = digits(2), take(":"), let minute = digits(2), take(":"), let second = digits(2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        return Int64(hour * 3_600 + minute * 60 + second) * 1_000_000
    }
}

/// `yyyy-MM-dd`, `separator` and `HH:mm:ss` of a moment as read on a clock of UTC, and the microseconds left over.
func civilText(ofMicroseconds microseconds: Int64, separator: String) -> (text: String, microsecondsLeft: Int) {
    let (days, microsecondsOfDay) = floorDivide(microseconds, microsecondsPerDay)
    let (seconds, left) = Int(microsecondsOfDay).quotientAndRemainder(dividingBy: 1_000_000)
    let time = padded(seconds / 3_600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2)
    return (CivilDate(daysSinceEpoch: Int32(days)).description + separator + time, left)
}
