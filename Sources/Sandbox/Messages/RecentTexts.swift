import NIOCore

/// Who was sent which text within the last 5 minutes.
struct RecentTexts {
    private struct Key: Hashable {
        let phone: String
        let content: ContentFingerprint
    }

    private static let microsecondsMax: Int64 = 300_000_000

    private var times: [Key: Int64] = [:]
    private var order = CircularBuffer<(key: Key, time: Int64)>()
    private let countMax: Int

    /// Remembers at most `countMax`; beyond, the oldest are forgotten before their time.
    init(countMax: Int) {
        self.countMax = countMax
    }

    /// Whether the phone was sent this text within the last 5 minutes.
    mutating func contains(_ phone: String, _ content: ContentFingerprint, at microseconds: Int64) -> Bool {
        forget(before: microseconds - Self.microsecondsMax)
        return times[Key(phone: phone, content: content)] != nil
    }

    /// The phone is sent this text.
    mutating func insert(_ phone: String, _ content: ContentFingerprint, at microseconds: Int64) {
        let key = Key(phone: phone, content: content)
        times[key] = microseconds
        order.append((key, microseconds))
        while order.count > countMax { forgetFirst() }
    }

    private mutating func forget(before microseconds: Int64) {
        while let first = order.first, first.time <= microseconds { forgetFirst() }
    }

    private mutating func forgetFirst() {
        guard let first = order.popFirst(), times[first.key] == first.time else { return }
        times[first.key] = nil
    }
}
