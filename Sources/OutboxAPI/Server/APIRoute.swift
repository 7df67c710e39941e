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
        case .list, .entry, .cancel, .balance, .log, .suppressions, .alerts, .deleteEndpoint, .rotateEndpoint,
            .notifications, .readNotification, .openAPI, .unknown:
            false
        }
    }

    /// All routes of its path.
    var siblings: [APIRoute] { Self.allCases.filter { $0.path == path } }

    /// The route of its path that takes a method; nil where none does.
    func taking(_ method: String) -> APIRoute? {
        self.method == method ? self : siblings.first { $0.method == method }
    }

    /// The routes without an id, by their paths; the send's is the first.
    private static let fixed = allCases.compactMap { $0.path.contains("{") ? nil : (path: $0.path, route: $0) }

    /// The routes with an id, by what stands before and after it.
    private static let withID = allCases.compactMap { route -> (before: String, after: String, route: APIRoute)? in
        let parts = route.path.split(omittingEmptySubsequences: false) { $0 == "{" || $0 == "}" }
        return parts.count == 3 ? (String(parts[0]), String(parts[2]), route) : nil
    }

    /// The first route of a path, and the id in it. An unparsable id gives nil, answered later as 404.
    static func match(_ path: String) -> (route: APIRoute, id: UInt128?) {
        if let match = fixed.first(where: { $0.path == path }) { return (match.route, nil) }
        for (before, after, route) in withID where path.hasPrefix(before) {
            let rest = path.dropFirst(before.count)
            guard rest.hasSuffix(after) else { continue }
            let id = rest.dropLast(after.count)
            if !id.isEmpty, !id.contains("/") { return (route, EntryID(id)?.rawValue) }
        }
        return (.unknown, nil)
    }
}
