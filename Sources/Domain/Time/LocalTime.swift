/// What a clock on a wall showed: date and time of a zone that is not known.
///
/// NXTele states no zone for `drtime` and `sendtime` (providers.md, section 1.4): local times can be compared with one
/// another, and become a ``Timestamp`` only with an account's setting.
package struct LocalTime: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01 00:00, as if the clock had shown UTC; whole seconds.
    package let microseconds: Int64

    /// Order of the clock's hands; the same as the order of the texts.
    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}

extension LocalTime: CustomStringConvertible, LosslessStringConvertible {
    /// `yyyy-MM-dd HH:mm:ss`.
    package var description: String { civilText(ofMicroseconds: microseconds, separator: " ").text }

    /// Reads exactly `yyyy-MM-dd HH:mm:ss` in ASCII digits.
    ///
    /// nil for every other form, for a date or time that does not exist (also 24:00:00 and leap seconds), and for the
    /// year 0.
    package init?(_ text: some StringProtocol) {
        var reader = ByteReader(text.utf8.makeIterator())
        guard let date = reader.civilDate(), reader.take(" "), let timeOfDay = reader.timeOfDay(), reader.peek == nil
        else { return nil }
        self.microseconds = date.start.microseconds + timeOfDay
    }
}
