import Store

extension JSONWriter {
    mutating func value(_ endpoint: EndpointRecord) {
        object {
            $0.member("id", endpoint.id.description)
            $0.member("url", endpoint.url)
            $0.member("kinds", json: endpoint.kindsJSON)
            $0.member("disabled", endpoint.disabledAt != nil)
            $0.member("disabledReason", endpoint.disabledReason)
            $0.member("disabledAt", endpoint.disabledAt)
            $0.member("failingSince", endpoint.failingSince)
            $0.member("previousSecretValidUntil", endpoint.previousValidUntil)
            $0.member("createdAt", endpoint.createdAt)
        }
    }

    mutating func value(_ notification: NotificationRecord) {
        object {
            $0.member("id", notification.id.description)
            $0.member("type", notification.kind)
            $0.member("eventCount", Int(notification.eventCount))
            $0.member("data", json: notification.dataJSON)
            $0.member("firstAt", notification.firstAt)
            $0.member("lastAt", notification.lastAt)
            $0.member("createdAt", notification.createdAt)
            $0.member("readAt", notification.readAt)
        }
    }

    /// That something was done.
    mutating func done(_ message: String) {
        object {
            $0.member("status", "success")
            $0.member("message", message)
        }
    }
}
