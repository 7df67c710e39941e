import Domain

/// What a path leads to.
enum Route: Int, CaseIterable, Sendable {
    /// No path of ours.
    case unknown
    /// `/v1/onoff/sms`
    case onoffSMS
    /// `/v1/nxtele/dr` and its aliases.
    case nxteleReceipt
    /// `/v1/nxtele/mo`
    case nxteleInbound

    /// The value of the metrics' `route` label.
    var label: String {
        switch self {
        case .unknown: "unknown"
        case .onoffSMS: "onoff_sms"
        case .nxteleReceipt: "nxtele_dr"
        case .nxteleInbound: "nxtele_mo"
        }
    }

    /// The source that is stored with the webhook; nil for the unknown route, which stores nothing.
    var source: WebhookSource? {
        switch self {
        case .unknown: nil
        case .onoffSMS: .onoffSMS
        case .nxteleReceipt: .nxteleReceipt
        case .nxteleInbound: .nxteleInbound
        }
    }

    /// Who calls it; nil for the unknown route.
    var caller: Caller? {
        switch self {
        case .unknown: nil
        case .onoffSMS: .onoff
        case .nxteleReceipt, .nxteleInbound: .nxtele
        }
    }

    /// Whether it takes GET beside POST.
    private var takesGet: Bool {
        switch self {
        case .nxteleReceipt: true
        case .unknown, .onoffSMS, .nxteleInbound: false
        }
    }

    /// The methods it takes, as the `Allow` field writes them.
    var allow: String { takesGet ? "GET, POST" : "POST" }

    /// Whether it takes the method.
    func allows(_ method: RequestHead.Method) -> Bool { method == .post || (method == .get && takesGet) }

    /// The answer to a method it does not take.
    var methodRefusal: Answer { takesGet ? .methodNotAllowedReceipt : .methodNotAllowed }

    /// The answer once the webhook is durable; the unknown route stores nothing.
    var success: Answer {
        switch caller {
        case nil: .notFound
        case .onoff: .storedOnoff
        case .nxtele: .storedNXTele
        }
    }
}
