/// When events of a kind are told: one by one while they are few, as one notification when they are many.
///
/// A window begins with its first event, and windows do not overlap. In a window all but the last of ``count``
/// notifications tell one event each, at once. Further events are held until its end and told together as the last one.
/// So there are never more than ``count`` notifications in a window, however many events there are, and no event waits
/// for longer than a window.
package struct DigestRule: Hashable, Sendable {
    /// Notifications in a window at most, 1 or more: 1 holds every event.
    package let count: Int
    /// How long a window lasts.
    package let length: Duration

    /// The rule with these values; a count below 1 is 1.
    package init(count: Int, length: Duration) {
        self.count = max(count, 1)
        self.length = length
    }

    /// Tells every event at once, because somebody waits for a trial.
    package static let never = DigestRule(count: .max, length: .zero)

    /// What is to be told now; nil for nothing.
    ///
    /// A function of what is stored, so that any process can go on where another one ended.
    ///
    /// - Parameters:
    ///   - waiting: What is not yet told.
    ///   - window: The latest window in which something was told; nil if there was none.
    ///   - now: By the clock that the other times are of.
    package func step(waiting: WaitingEvents, window: ToldWindow?, now: Timestamp) -> TellingStep? {
        guard waiting.count > 0 else { return nil }
        var earliest = waiting.oldestAt
        if let window {
            let end = window.startedAt + length
            if now < end {
                let free = max(count - 1 - window.told, 0)
                guard free > 0 else { return nil }
                return TellingStep(singles: min(free, waiting.count), tellsRest: false, windowAt: window.startedAt)
            }
            // Told after the window's end: its last notification is out then, and what came late belongs to the next
            // window.
            let isComplete = window.lastToldAt >= end
            if !isComplete, window.told >= count - 1, waiting.oldestAt < end {
                return TellingStep(singles: 0, tellsRest: true, windowAt: window.startedAt)
            }
            earliest = max(earliest, end, window.lastToldAt)
        }
        let startedAt = min(earliest, now)
        let singles = min(count - 1, waiting.count)
        let tellsRest = now >= startedAt + length && waiting.count > singles
        guard singles > 0 || tellsRest else { return nil }
        return TellingStep(singles: singles, tellsRest: tellsRest, windowAt: startedAt)
    }
}
