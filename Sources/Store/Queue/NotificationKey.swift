import Domain

/// One notification for one endpoint: what is delivered once.
package struct NotificationKey: Hashable, Comparable, Sendable {
    /// The notification.
    package var notificationID: NotificationID
    /// The endpoint.
    package var endpointID: EndpointID

    package init(notificationID: NotificationID, endpointID: EndpointID) {
        self.notificationID = notificationID
        self.endpointID = endpointID
    }

    /// The order in which rows are locked.
    package static func < (left: Self, right: Self) -> Bool {
        (left.notificationID, left.endpointID) < (right.notificationID, right.endpointID)
    }
}
