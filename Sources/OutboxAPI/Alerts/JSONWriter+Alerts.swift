import Store

extension JSONWriter {
    mutating func value(_ endpoint: EndpointRecord) {
        object {
            $0.name("id")
            $0.value(endpoint.id.description)
            $0.name("url")
            $0.value(endpoint.url)
            $0.name("kinds")
            $0.value(json: endpoint.kindsJSON)
            $0.name("disabled")
            $0.value(endpoint.disabledAt != nil)
            $0.name("disabledReason")
            $0.value(endpoint.disabledReason)
            $0.name("disabledAt")
            $0.value(endpoint.disabledAt)
            $0.name("failingSince")
            $0.value(endpoint.failingSince)
            $0.name("previousSecretValidUntil")
            $0.value(endpoint.previousValidUntil)
            $0.name("createdAt")
            $0.value(endpoint.createdAt)
        }
    }

    mutating func value(_ notification: NotificationRecord) {
        object {
            $0.name("id")
            $0.value(notification.id.description)
            $0.name("type")
            $0.value(notification.kind)
            $0.name("eventCount")
            $0.value(Int(notification.eventCount))
            $0.name("data")
            $0.value(json: notification.dataJSON)
            $0.name("firstAt")
            $0.value(notification.firstAt)
            $0.name("lastAt")
            $0.value(notification.lastAt)
            $0.name("createdAt")
            $0.value(notification.createdAt)
            $0.name("readAt")
            $0.value(notification.readAt)
        }
    }

    /// That something was done.
    mutating func done(_ message: String) {
        object {
            $0.name("status")
            $0.value("success")
            $0.name("message")
            $0.value(message)
        }
    }
}
