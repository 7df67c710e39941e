import Domain

/// One notification for one endpoint: what is delivered once.
public struct NotificationKey: Hashable, Comparable, Sendable {
    /// The notification.
    public var notificationID: NotificationID
    /// The endpoint.
    public var endpointID: EndpointID

    /// Makes one.
    public init(notificationID: NotificationID, endpointID: EndpointID) {
        self.notificationID = notificationID
        self.endpointID = endpointID
    }

    /// The order in which rows are locked.
    public static func < (left: Self, right: Self) -> Bool {
        (left.notificationID, left.endpointID) < (right.notificationID, right.endpointID)
    }
}
