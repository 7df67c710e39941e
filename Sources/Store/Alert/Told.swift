/// What was told.
package struct Told: Sendable, Equatable {
    /// Events that are gone.
    package var events: Int32
    /// Notifications that were made of them.
    package var notifications: Int32
    /// Deliveries that were queued.
    package var deliveries: Int32

    /// So much; by default nothing.
    package init(events: Int32 = 0, notifications: Int32 = 0, deliveries: Int32 = 0) {
        self.events = events
        self.notifications = notifications
        self.deliveries = deliveries
    }

    /// Both together.
    package static func + (left: Told, right: Told) -> Told {
        Told(
            events: left.events + right.events, notifications: left.notifications + right.notifications,
            deliveries: left.deliveries + right.deliveries)
    }
}
