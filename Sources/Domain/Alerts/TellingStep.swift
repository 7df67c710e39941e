/// Events of a kind that are not yet told.
public struct WaitingEvents: Hashable, Sendable {
    /// How many; a number above the rule's may stand for any greater one.
    public var count: Int
    /// When the first of them happened.
    public var oldestAt: Timestamp

    /// Events that wait, and when the first of them happened.
    public init(count: Int, oldestAt: Timestamp) {
        self.count = count
        self.oldestAt = oldestAt
    }
}

/// What was told of a kind in a digest window.
public struct ToldWindow: Hashable, Sendable {
    /// Its start.
    public var startedAt: Timestamp
    /// Notifications in it.
    public var told: Int
    /// When the last of them was made.
    public var lastToldAt: Timestamp

    /// A window from `startedAt` with `told` notifications in it.
    public init(startedAt: Timestamp, told: Int, lastToldAt: Timestamp) {
        self.startedAt = startedAt
        self.told = told
        self.lastToldAt = lastToldAt
    }
}

/// What is to be told now.
public struct TellingStep: Hashable, Sendable {
    /// This many of the events, the oldest first, one by one.
    public var singles: Int
    /// All further ones as one notification.
    public var tellsRest: Bool
    /// Start of the window that these notifications belong to.
    public var windowAt: Timestamp

    /// A step.
    public init(singles: Int, tellsRest: Bool, windowAt: Timestamp) {
        self.singles = singles
        self.tellsRest = tellsRest
        self.windowAt = windowAt
    }
}
