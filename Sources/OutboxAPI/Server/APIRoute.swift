import Domain

/// The routes, and who may call them.
enum APIRoute: Int, Sendable, CaseIterable {
    case send, resend, list, entry, cancel, balance, topUp, log, suppressions, suppress, lift, openAPI,
        unknown

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
        case .openAPI: "/openapi.json"
        case .unknown: "unknown"
        }
    }

    /// The one method it takes.
    var method: String {
        switch self {
        case .send, .resend, .cancel, .topUp, .suppress, .lift: "POST"
        case .list, .entry, .balance, .log, .suppressions, .openAPI, .unknown: "GET"
        }
    }

    /// What a key must have one of; an admin key may call every route.
    var scopes: Scopes {
        switch self {
        case .send, .resend, .cancel: [.send, .admin]
        case .list, .entry, .balance, .log, .suppressions: [.read, .admin]
        case .topUp, .suppress, .lift: [.admin]
        case .openAPI, .unknown: []
        }
    }

    /// Whether a body is read.
    var hasBody: Bool {
        switch self {
        case .send, .resend, .topUp, .suppress, .lift: true
        case .list, .entry, .cancel, .balance, .log, .suppressions, .openAPI, .unknown: false
        }
    }

    /// The route of a path, and the id in it. An id that is none is found to be nobody's later.
    static func match(_ path: some StringProtocol) -> (route: APIRoute, id: EntryID?) {
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
        case "/openapi.json": return (.openAPI, nil)
        default: break
        }
        let prefix = "/api/sms/outbox/"
        guard path.hasPrefix(prefix) else { return (.unknown, nil) }
        let parts = path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else { return (.unknown, nil) }
        if parts.count == 1 { return (.entry, EntryID(first)) }
        return parts.count == 2 && parts[1] == "cancel" ? (.cancel, EntryID(first)) : (.unknown, nil)
    }
}
