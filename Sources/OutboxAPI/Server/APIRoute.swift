import Domain

/// The routes, and who may call them.
enum APIRoute: Int, Sendable, CaseIterable {
    case send, resend, list, entry, cancel, balance, topUp, log
    case suppressions, suppress, lift
    case alerts, setAlerts, makeEndpoint, changeEndpoint, deleteEndpoint, rotateEndpoint
    case notifications, readNotification, readNotifications
    case openAPI, unknown

    /// The label of metrics, and the path as `/openapi.json` has it.
    var path: String {
        switch self {
        case .send: "/api/sms/send"
        case .resend: "/api/sms/outbox/resend"
        case .list: "/api/sms/outbox"
        case .entry: "/api/sms/outbox/{outboxId}"
        case .cancel: "/api/sms/outbox/{outboxId}/cancel"
        case .balance: "/api/sms/balance"
        case .topUp: "/api/sms/balance/topup"
        case .log: "/api/sms/log"
        case .suppressions: "/api/sms/suppressions"
        case .suppress: "/api/sms/suppressions/add"
        case .lift: "/api/sms/suppressions/lift"
        case .alerts, .setAlerts: "/api/sms/alerts"
        case .makeEndpoint: "/api/sms/alerts/endpoints"
        case .changeEndpoint, .deleteEndpoint: "/api/sms/alerts/endpoints/{endpointId}"
        case .rotateEndpoint: "/api/sms/alerts/endpoints/{endpointId}/rotate"
        case .notifications: "/api/sms/notifications"
        case .readNotification: "/api/sms/notifications/{notificationId}/read"
        case .readNotifications: "/api/sms/notifications/read"
        case .openAPI: "/openapi.json"
        case .unknown: "unknown"
        }
    }

    /// The method it takes.
    var method: String {
        switch self {
        case .send, .resend, .cancel, .topUp, .suppress, .lift, .makeEndpoint, .rotateEndpoint, .readNotification,
            .readNotifications:
            "POST"
        case .list, .entry, .balance, .log, .suppressions, .alerts, .notifications, .openAPI, .unknown: "GET"
        case .setAlerts: "PUT"
        case .changeEndpoint: "PATCH"
        case .deleteEndpoint: "DELETE"
        }
    }

    /// What a key must have one of; an admin key may call every route.
    var scopes: Scopes {
        switch self {
        case .send, .resend, .cancel: [.send, .admin]
        case .list, .entry, .balance, .log, .suppressions, .alerts, .notifications, .readNotification,
            .readNotifications:
            [.read, .admin]
        case .topUp, .suppress, .lift, .setAlerts, .makeEndpoint, .changeEndpoint, .deleteEndpoint, .rotateEndpoint:
            [.admin]
        case .openAPI, .unknown: []
        }
    }

    /// Whether a body is read.
    var hasBody: Bool {
        switch self {
        case .send, .resend, .topUp, .suppress, .lift, .setAlerts, .makeEndpoint, .changeEndpoint, .readNotifications:
            true
        default: false
        }
    }

    /// All routes of its path.
    var siblings: [APIRoute] { Self.allCases.filter { $0.path == path } }

    /// The route of its path that takes a method; nil where none does.
    func taking(_ method: String) -> APIRoute? {
        self.method == method ? self : siblings.first { $0.method == method }
    }

    /// The route of a path, and the id in it. An unparsable id gives nil, answered later as 404.
    static func match(_ path: some StringProtocol) -> (route: APIRoute, id: UInt128?) {
        switch path {
        case "/api/sms/send": return (.send, nil)
        case "/api/sms/outbox": return (.list, nil)
        case "/api/sms/outbox/resend": return (.resend, nil)
        case "/api/sms/balance": return (.balance, nil)
        case "/api/sms/balance/topup": return (.topUp, nil)
        case "/api/sms/log": return (.log, nil)
        case "/api/sms/suppressions": return (.suppressions, nil)
        case "/api/sms/suppressions/add": return (.suppress, nil)
        case "/api/sms/suppressions/lift": return (.lift, nil)
        case "/api/sms/alerts": return (.alerts, nil)
        case "/api/sms/alerts/endpoints": return (.makeEndpoint, nil)
        case "/api/sms/notifications": return (.notifications, nil)
        case "/api/sms/notifications/read": return (.readNotifications, nil)
        case "/openapi.json": return (.openAPI, nil)
        default: break
        }
        return below(path, "/api/sms/outbox/", .entry, "cancel", .cancel)
            ?? below(path, "/api/sms/alerts/endpoints/", .changeEndpoint, "rotate", .rotateEndpoint)
            ?? below(path, "/api/sms/notifications/", nil, "read", .readNotification) ?? (.unknown, nil)
    }

    /// The route of a path below a prefix: an id, or an id and a verb; nil where it is another's.
    private static func below(
        _ path: some StringProtocol, _ prefix: String, _ one: APIRoute?, _ verb: String, _ acted: APIRoute
    ) -> (APIRoute, UInt128?)? {
        guard path.hasPrefix(prefix) else { return nil }
        let parts = path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else { return (.unknown, nil) }
        let id = EntryID(first)?.rawValue
        if parts.count == 1, let one { return (one, id) }
        return parts.count == 2 && parts[1] == verb ? (acted, id) : (.unknown, nil)
    }
}
