import Runtime

/// A time that is drawn anew for each call, evenly between two bounds: `50ms` or `50ms-2s` in a script.
package struct DelayRange: Hashable, Sendable {
    /// The shortest.
    package let lower: Duration
    /// The longest; the same as ``lower`` where nothing is to be drawn.
    package let upper: Duration

    /// Longer than this is no delay, but a message forgotten.
    static let longest = Duration.seconds(24 * 3_600)

    /// Makes a range; the bounds may come in any order.
    package init(_ one: Duration, _ other: Duration? = nil) {
        lower = min(one, other ?? one)
        upper = max(one, other ?? one)
    }

    /// Reads one duration, or two with `-` between; nil for other texts, a lower bound above the upper, and above a
    /// day.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, let first = Duration(settingText: parts[0]),
            let last = Duration(settingText: parts[parts.count - 1]), first <= last, last <= Self.longest
        else { return nil }
        self.init(first, last)
    }

    /// The time that belongs to a number of 0..<1.
    func pick(_ unit: Double) -> Duration {
        lower + (upper - lower) * unit
    }

    /// The text that reads back as this range.
    var text: String {
        lower == upper ? lower.settingText : "\(lower.settingText)-\(upper.settingText)"
    }
}
