/// Events of a kind that are not yet told.
package struct WaitingEvents: Hashable, Sendable {
    /// How many; a number above the rule's may stand for any greater one.
    package var count: Int
    /// When the first of them happened.
    package var oldestAt: Timestamp

    /// Events that wait, and when the first of them happened.
    package init(count: Int, oldestAt: Timestamp) {
        self.count = count
        self.oldestAt = oldestAt
    }
}

/// What was told of a kind in a digest window.
package struct ToldWindow: Hashable, Sendable {
    /// Its start.
    package var startedAt: Timestamp
    /// Notifications in it.
    package var told: Int
    /// When the last of them was made.
    package var lastToldAt: Timestamp

    /// A window from `startedAt` with `told` notifications in it.
    package init(startedAt: Timestamp, told: Int, lastToldAt: Timestamp) {
        self.startedAt = startedAt
        self.told = told
        self.lastToldAt = lastToldAt
    }
}

/// What is to be told now.
package struct TellingStep: Hashable, Sendable {
    /// This many of the events, the oldest first, one by one.
    package var singles: Int
    /// All further ones as one notification.
    package var tellsRest: Bool
    /// Start of the window that these notifications belong to.
    package var windowAt: Timestamp

    /// A step.
    package init(singles: Int, tellsRest: Bool, windowAt: Timestamp) {
        self.singles = singles
        self.tellsRest = tellsRest
        self.windowAt = windowAt
    }
}
