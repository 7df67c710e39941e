import Alerting
import Domain
import Hummingbird
import PostgresClient
import Runtime
import Store

/// The routes of `/api/sms/alerts/endpoints`.
///
/// A secret is shown when it is made and never again: it is stored nowhere, only derived from the key.
struct EndpointsHandler: Sendable {
    let transactions: RequestTransactions
    /// nil where secrets cannot be made.
    let key: AlertKey?
    let fields: EndpointFields

    static let notFound = Problem(.notFound, "The account has no endpoint with this id.")
    private static let noKey = Problem(
        .noAlertKey, "Webhooks cannot be signed: whoever runs this server must set POSTROOM_ALERT_KEY.")
    private static let tooManySecrets = Problem(
        .tooManySecrets,
        "Deliveries are signed with \(RotateEndpoint.secretsMax) secrets already: wait until previousSecretValidUntil.")

    func make(_ members: [JSONValue.Member], _ principal: Principal) async throws -> Response {
        let (url, kinds) = try fields.readNew(members)
        guard let key else { throw Self.noKey }
        let account = principal.account
        // Made once: a commit in doubt is repeated with the same id.
        let id = EndpointID.new()
        let endpoint = try await transactions.run { connection, deadline, _ in
            try connection.run(LockAccounts([account]), deadline: deadline)
            let isThere = try connection.run(
                AddEndpoint(id, account: account, url: url, kinds: kinds), deadline: deadline)
            guard isThere else {
                throw Problem(
                    .tooManyEndpoints, "An account has at most \(AddEndpoint.countMax) of them: delete one.")
            }
            return try Self.find(id, account, connection, deadline)
        }
        return response(.created, endpoint, key.secret(of: id, version: endpoint.secretVersion))
    }

    func change(_ id: UInt128?, _ members: [JSONValue.Member], _ principal: Principal) async throws -> Response {
        let (url, kinds, isDisabled) = try fields.readChange(members)
        guard let id else { throw Self.notFound }
        let change = ChangeEndpoint(
            EndpointID(rawValue: id), account: principal.account, url: url, kinds: kinds, isDisabled: isDisabled)
        guard
            let endpoint = try await transactions.run({ connection, deadline, _ in
                try connection.run(change, deadline: deadline)
            })
        else {
            throw Self.notFound
        }
        return Response(status: .ok) { $0.value(endpoint) }
    }

    func rotate(_ id: UInt128?, _ principal: Principal) async throws -> Response {
        guard let id = id.map(EndpointID.init(rawValue:)) else { throw Self.notFound }
        guard let key else { throw Self.noKey }
        let account = principal.account
        let endpoints = try await transactions.read(ListEndpoints(account: account))
        guard let before = endpoints.first(where: { $0.id == id }) else { throw Self.notFound }
        guard before.canRotate else { throw Self.tooManySecrets }
        let rotation = RotateEndpoint(id, account: account, from: before.secretVersion)
        guard
            let endpoint = try await transactions.run({ connection, deadline, _ in
                try connection.run(rotation, deadline: deadline)
            })
        else {
            throw Self.notFound
        }
        return response(.ok, endpoint, key.secret(of: id, version: endpoint.secretVersion))
    }

    func delete(_ id: UInt128?, _ principal: Principal) async throws -> Response {
        guard let id = id.map(EndpointID.init(rawValue:)) else { throw Self.notFound }
        let deletion = DeleteEndpoint(id, account: principal.account)
        let isDeleted = try await transactions.run { connection, deadline, isInDoubt in
            // The first try may have done it.
            try connection.run(deletion, deadline: deadline) || isInDoubt
        }
        guard isDeleted else { throw Self.notFound }
        return Response(status: .ok) { $0.done("Deleted.") }
    }

    private static func find(
        _ id: EndpointID, _ account: String, _ connection: Connection, _ deadline: Deadline
    ) throws -> EndpointRecord {
        let all = try connection.run(ListEndpoints(account: account), deadline: deadline)
        guard let endpoint = all.first(where: { $0.id == id }) else { throw Problem.internalError }
        return endpoint
    }

    private func response(
        _ status: HTTPResponse.Status, _ endpoint: EndpointRecord, _ secret: EndpointSecret
    ) -> Response {
        Response(status: status) { writer in
            writer.object {
                $0.member("secret", secret.text.revealed)
                $0.name("endpoint")
                $0.value(endpoint)
            }
        }
    }
}
