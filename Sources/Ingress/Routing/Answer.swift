/// Every answer the ingress gives. None of them repeats anything of the request.
enum Answer: Int, CaseIterable, Sendable {
    case storedOnoff, storedNXTele
    case malformed, unauthorized, unauthorizedSigned, forbidden, notFound, methodNotAllowed, methodNotAllowedReceipt
    case requestTimeout, bodyTooLarge, requestLineTooLong, headTooLarge, unavailable

    /// The status code.
    var status: Int {
        switch self {
        case .storedOnoff, .storedNXTele: 200
        case .malformed: 400
        case .unauthorized, .unauthorizedSigned: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed, .methodNotAllowedReceipt: 405
        case .requestTimeout: 408
        case .bodyTooLarge: 413
        case .requestLineTooLong: 414
        case .headTooLarge: 431
        case .unavailable: 503
        }
    }

    /// The status line's reason (RFC 9110 §15, RFC 6585 §5).
    private var reason: String {
        switch self {
        case .storedOnoff, .storedNXTele: "OK"
        case .malformed: "Bad Request"
        case .unauthorized, .unauthorizedSigned: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed, .methodNotAllowedReceipt: "Method Not Allowed"
        case .requestTimeout: "Request Timeout"
        case .bodyTooLarge: "Content Too Large"
        case .requestLineTooLong: "URI Too Long"
        case .headTooLarge: "Request Header Fields Too Large"
        case .unavailable: "Service Unavailable"
        }
    }

    /// Fields of this answer alone.
    private var fields: String {
        switch self {
        case .unauthorized: "WWW-Authenticate: x-api-key\r\n"
        case .unauthorizedSigned: "WWW-Authenticate: signature\r\n"
        case .methodNotAllowed: "Allow: \(Route.onoffSMS.allow)\r\n"
        case .methodNotAllowedReceipt: "Allow: \(Route.nxteleReceipt.allow)\r\n"
        case .unavailable: "Retry-After: 1\r\n"
        default: ""
        }
    }

    /// The body and its type. NXTele knows `success` and `error`; where it is not known whose request it is, `error` as
    /// well.
    private var content: (body: String, type: String) {
        switch self {
        case .storedOnoff: ("{}", "application/json")
        case .storedNXTele: ("success", "text/plain")
        case .malformed, .unauthorized, .unauthorizedSigned, .forbidden, .notFound, .methodNotAllowed,
            .methodNotAllowedReceipt, .requestTimeout, .bodyTooLarge, .requestLineTooLong, .headTooLarge, .unavailable:
            ("error", "text/plain")
        }
    }

    /// What the answer says about the connection.
    enum Connection: Int, CaseIterable, Sendable {
        /// Nothing: HTTP/1.1 keeps it.
        case kept
        /// `keep-alive`, which HTTP/1.0 must be told.
        case keptVersion10
        /// `close`.
        case closed

        fileprivate var field: String {
            switch self {
            case .kept: ""
            case .keptVersion10: "Connection: keep-alive\r\n"
            case .closed: "Connection: close\r\n"
            }
        }
    }

    /// The whole message.
    ///
    /// No `Date`: the answers are bytes that are made once, and what calls us caches nothing.
    ///
    /// - Parameter withBody: False for HEAD, whose answer ends with its head (RFC 9110 §9.3.2).
    func message(_ connection: Connection, withBody: Bool = true) -> String {
        let (body, type) = content
        return "HTTP/1.1 \(status) \(reason)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "\(fields)\(connection.field)\r\n\(withBody ? body : "")"
    }
}
