import Domain
import Hummingbird
import HummingbirdCore
import Logging

/// Hummingbird's context of a request; nothing in it is needed.
struct APIContext: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
}

/// Answers requests: finds the route, the caller and the scope, then hands over.
///
/// Not Hummingbird's router: some fixed paths need none, and its own answers to an unknown path or method are no
/// problem+json.
struct APIResponder: HTTPResponder {
    let keys: APIKeys
    let sends: SendHandler
    let outbox: OutboxHandler
    let balance: BalanceHandler
    let logList: LogHandler
    let suppressions: SuppressionHandler
    let alerts: AlertsHandler
    let endpoints: EndpointsHandler
    let notifications: NotificationsHandler
    let bounds: BodyBounds
    let untaken: UntakenAnswers
    let metrics: APIMetrics
    let log: Logger
    private let openAPI = ResponseBody(contentsOf: OpenAPIDocument.parts)

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let isHead = request.method == .head
        let method = isHead ? "GET" : request.method.rawValue
        let (found, id) = APIRoute.match(request.uri.path)
        let route = found.taking(method) ?? found
        let response: Response
        do {
            // The document is nobody's own, so that what is not taken of it holds nothing.
            response =
                found == .openAPI && method == found.method
                ? Response(status: .ok, json: openAPI)
                : try untaken.bounded(try await answer(request, method, route, id), isOfRead: method == "GET")
        } catch let problem as Problem {
            response = problem.response
        }
        metrics.count(response.status, on: route)
        // A body after it would be read as the beginning of the next answer.
        return isHead ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request, _ method: String, _ route: APIRoute, _ id: UInt128?
    ) async throws -> Response {
        guard route != .unknown else { throw Problem(.notFound, "There is nothing at this path.") }
        guard method == route.method else {
            let methods = route.siblings.map { $0.method == "GET" ? "GET, HEAD" : $0.method }.joined(separator: ", ")
            throw Problem(.methodNotAllowed, "This path takes \(methods).", allow: methods)
        }
        let principal = try await caller(request, route)
        let members = route.hasBody ? try await request.jsonObject(bounds) : []
        switch route {
        case .send:
            return try await sends.send(members, idempotencyKey: request.idempotencyKey, principal)
        case .resend: return try await outbox.resend(members, principal)
        case .list: return try await outbox.list(request.uri.query, principal)
        case .entry: return try await outbox.entry(id.map(EntryID.init(rawValue:)), principal)
        case .cancel: return try await outbox.cancel(id.map(EntryID.init(rawValue:)), principal)
        case .balance: return try await balance.balance(principal)
        case .topUp: return try await balance.topUp(members, principal)
        case .log: return try await logList.list(request.uri.query, principal)
        case .suppressions: return try await suppressions.list(request.uri.query, principal)
        case .suppress: return try await suppressions.record(.suppressed, members, principal)
        case .lift: return try await suppressions.record(.lifted, members, principal)
        case .alerts: return try await alerts.show(principal)
        case .setAlerts: return try await alerts.change(members, principal)
        case .makeEndpoint: return try await endpoints.make(members, principal)
        case .changeEndpoint: return try await endpoints.change(id, members, principal)
        case .deleteEndpoint: return try await endpoints.delete(id, principal)
        case .rotateEndpoint: return try await endpoints.rotate(id, principal)
        case .notifications: return try await notifications.list(request.uri.query, principal)
        case .readNotification: return try await notifications.markOne(id, principal)
        case .readNotifications: return try await notifications.markUpTo(members, principal)
        case .openAPI, .unknown: throw Problem.internalError
        }
    }

    private func caller(_ request: Request, _ route: APIRoute) async throws -> Principal {
        switch await keys.caller(request.headers.value(of: "authorization")) {
        case .unknown: throw Problem(.unauthorized, "Send Authorization: Bearer and a key that has not been revoked.")
        case .unavailable: throw Problem.unavailable
        case .known(let principal):
            guard !principal.scopes.isDisjoint(with: route.scopes) else {
                throw Problem(.forbidden, "The key has none of the scopes that this takes.")
            }
            return principal
        }
    }
}

extension Request {
    /// The caller's key; several are one text with commas between them, as of any field.
    fileprivate var idempotencyKey: String? {
        headers.value(of: SendFields.keyHeaderCanonical)
    }
}
