import Domain

/// The routes, and who may call them.
enum APIRoute: Int, Sendable, CaseIterable {
    case send, resend, list, entry, cancel, balance, topUp, log
    case suppressions, suppress, lift
    case alerts, setAlerts, makeEndpoint, changeEndpoint, deleteEndpoint, rotateEndpoint
    case notifications, readNotification, readNotifications
    case openAPI, unknown

    /// What a route is: a row each.
    private struct Row {
        let method: String
        let path: String
        let scopes: Scopes
        let hasBody: Bool

        init(_ method: String, _ path: String, _ scopes: Scopes, hasBody: Bool = false) {
            self.method = method
            self.path = path
            self.scopes = scopes
            self.hasBody = hasBody
        }
    }

    private var row: Row {
        switch self {
        case .send: Row("POST", "/api/sms/send", .sends, hasBody: true)
        case .resend: Row("POST", "/api/sms/outbox/resend", .sends, hasBody: true)
        case .list: Row("GET", "/api/sms/outbox", .reads)
        case .entry: Row("GET", "/api/sms/outbox/{outboxId}", .reads)
        case .cancel: Row("POST", "/api/sms/outbox/{outboxId}/cancel", .sends)
        case .balance: Row("GET", "/api/sms/balance", .reads)
        case .topUp: Row("POST", "/api/sms/balance/topup", .admin, hasBody: true)
        case .log: Row("GET", "/api/sms/log", .reads)
        case .suppressions: Row("GET", "/api/sms/suppressions", .reads)
        case .suppress: Row("POST", "/api/sms/suppressions/add", .admin, hasBody: true)
        case .lift: Row("POST", "/api/sms/suppressions/lift", .admin, hasBody: true)
        case .alerts: Row("GET", "/api/sms/alerts", .reads)
        case .setAlerts: Row("PUT", "/api/sms/alerts", .admin, hasBody: true)
        case .makeEndpoint: Row("POST", "/api/sms/alerts/endpoints", .admin, hasBody: true)
        case .changeEndpoint: Row("PATCH", "/api/sms/alerts/endpoints/{endpointId}", .admin, hasBody: true)
        case .deleteEndpoint: Row("DELETE", "/api/sms/alerts/endpoints/{endpointId}", .admin)
        case .rotateEndpoint: Row("POST", "/api/sms/alerts/endpoints/{endpointId}/rotate", .admin)
        case .notifications: Row("GET", "/api/sms/notifications", .reads)
        case .readNotification: Row("POST", "/api/sms/notifications/{notificationId}/read", .reads)
        case .readNotifications: Row("POST", "/api/sms/notifications/read", .reads, hasBody: true)
        case .openAPI: Row("GET", "/openapi.json", [])
        case .unknown: Row("GET", "unknown", [])
        }
    }

    /// The label of metrics, and the path as `/openapi.json` has it.
    var path: String { row.path }
    /// The method it takes.
    var method: String { row.method }
    /// What a key must have one of; an admin key may call every route.
    var scopes: Scopes { row.scopes }
    /// Whether a body is read.
    var hasBody: Bool { row.hasBody }

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

extension Scopes {
    fileprivate static let sends: Scopes = [.send, .admin]
    fileprivate static let reads: Scopes = [.read, .admin]
}
