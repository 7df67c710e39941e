/// What was told.
public struct Told: Sendable, Equatable {
    /// Events that are gone.
    public var events: Int32
    /// Notifications that were made of them.
    public var notifications: Int32
    /// Deliveries that were queued.
    public var deliveries: Int32

    /// So much; by default nothing.
    public init(events: Int32 = 0, notifications: Int32 = 0, deliveries: Int32 = 0) {
        self.events = events
        self.notifications = notifications
        self.deliveries = deliveries
    }

    /// Both together.
    public static func + (left: Told, right: Told) -> Told {
        Told(
            events: left.events + right.events, notifications: left.notifications + right.notifications,
            deliveries: left.deliveries + right.deliveries)
    }
}
