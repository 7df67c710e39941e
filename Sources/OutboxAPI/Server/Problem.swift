import Hummingbird

/// An error as callers get it: RFC 9457 problem details. Its sentences quote nothing of the request but the names of
/// fields.
struct Problem: Error, Sendable, Equatable {
    /// The kinds. The word is the `type`, and what programs go by.
    enum Kind: String, Sendable, CaseIterable {
        case malformed = "not-json"
        case unreadable = "bad-request"
        case unauthorized
        case insufficientBalance = "insufficient-balance"
        case forbidden
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case bodyTimeout = "body-timeout"
        case idempotencyConflict = "idempotency-conflict"
        case notFailed = "not-failed"
        case outcomeUnknown = "outcome-unknown"
        case cancelled
        case notPending = "not-pending"
        case dispatched
        case referenceConflict = "reference-conflict"
        case noAlertKey = "no-alert-key"
        case tooManyEndpoints = "too-many-endpoints"
        case tooManySecrets = "too-many-secrets"
        case bodyTooLarge = "body-too-large"
        case unsupportedMediaType = "unsupported-media-type"
        case invalidFields = "invalid-fields"
        case noPrice = "no-price"
        case suppressed
        case resendCap = "resend-cap"
        case internalError = "internal-error"
        case unavailable
        case unconfirmed

        var status: HTTPResponse.Status {
            switch self {
            case .malformed, .unreadable: .badRequest
            case .unauthorized: .unauthorized
            case .insufficientBalance: HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required")
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .bodyTimeout: .requestTimeout
            case .idempotencyConflict, .notFailed, .outcomeUnknown, .cancelled, .notPending, .dispatched,
                .referenceConflict, .noAlertKey, .tooManyEndpoints, .tooManySecrets:
                .conflict
            case .bodyTooLarge: .contentTooLarge
            case .unsupportedMediaType: .unsupportedMediaType
            case .invalidFields, .noPrice, .suppressed: .unprocessableContent
            case .resendCap: .tooManyRequests
            case .internalError: .internalServerError
            case .unavailable, .unconfirmed: .serviceUnavailable
            }
        }

        var title: String {
            switch self {
            case .malformed: "The body cannot be read"
            case .unreadable: "The request cannot be read"
            case .unauthorized: "A good key is needed"
            case .insufficientBalance: "The balance cannot pay for it"
            case .forbidden: "The key may not do this"
            case .notFound: "There is no such thing"
            case .methodNotAllowed: "Another method is needed"
            case .bodyTimeout: "The body took too long to come"
            case .idempotencyConflict: "The messageId was used for something else"
            case .notFailed: "Only a failed message can be resent"
            case .outcomeUnknown: "The message may have been delivered"
            case .cancelled: "The message was cancelled"
            case .notPending: "The message is no longer pending"
            case .dispatched: "The message is with the provider already"
            case .referenceConflict: "The reference was used for another amount"
            case .noAlertKey: "Webhooks cannot be signed"
            case .tooManyEndpoints: "The account has too many endpoints"
            case .tooManySecrets: "The endpoint was rotated too often"
            case .bodyTooLarge: "The body is too large"
            case .unsupportedMediaType: "The body must be JSON"
            case .invalidFields: "Some fields are not valid"
            case .noPrice: "There is no price for the destination"
            case .suppressed: "The recipient has opted out"
            case .resendCap: "The message was resent too often"
            case .internalError: "Something is wrong on our side"
            case .unavailable: "Not now"
            case .unconfirmed: "Whether it was done is not known"
            }
        }
    }

    var kind: Kind
    var detail: String
    var errors: [FieldProblem] = []
    /// `Allow` of a 405.
    var allow: String?

    init(_ kind: Kind, _ detail: String, errors: [FieldProblem] = [], allow: String? = nil) {
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.allow = allow
    }

    static func fields(_ errors: [FieldProblem]) -> Problem {
        Problem(.invalidFields, "Each error names a field and says what it must be.", errors: errors)
    }

    /// `field` is the one that the number came in.
    static func suppressed(_ detail: String, field: String) -> Problem {
        Problem(
            .suppressed, detail,
            errors: [FieldProblem(field: field, detail: "This number does not want messages of the account.")])
    }

    static let unreadable = Problem(.unreadable, "It is no HTTP/1.1, or its head is longer than any may be.")
    static let bodyTooLarge = Problem(.bodyTooLarge, "A body has at most \(BodyBounds.bytesMax) bytes.")
    static let unavailable = Problem(.unavailable, "Nothing was done. Try again a little later.")
    static let internalError = Problem(.internalError, "Nothing was done. The log of the server says more.")

    /// Seconds after which to try again, in `Retry-After` of a 503.
    static let retryAfterSeconds = 2

    /// The body of the answer.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object {
            $0.member("type", kind.rawValue)
            $0.member("title", kind.title)
            $0.member("status", kind.status.code)
            $0.member("detail", detail)
            if !errors.isEmpty {
                $0.array("errors") {
                    for error in errors {
                        $0.object {
                            $0.member("field", error.field)
                            $0.member("detail", error.detail)
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    static let contentType = "application/problem+json"

    var response: Response {
        var response = Response(status: kind.status, json: json, contentType: Self.contentType)
        if kind == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if kind.status == .serviceUnavailable { response.headers[.retryAfter] = String(Self.retryAfterSeconds) }
        if let allow { response.headers[.allow] = allow }
        return response
    }
}
