import Domain
import Hummingbird
import Runtime

/// `POST /api/sms/send`.
struct SendHandler: Sendable {
    let groups: SendGroups
    let fields: SendFields
    let clock: @Sendable () -> Timestamp

    func send(
        _ members: [JSONValue.Member], idempotencyKey: String?, _ principal: Principal
    ) async throws -> Response {
        let request = try fields.read(members, idempotencyKey: idempotencyKey)
        let userID = request.userID ?? principal.userID
        guard userID.utf8.elementsEqual(principal.userID.utf8) || principal.scopes.contains(.admin) else {
            throw Problem(.forbidden, "Only an admin key may send for another user than its own.")
        }
        let candidate = SendCandidate(
            id: .new(at: clock()), account: principal.account, userID: userID,
            idempotencyKey: request.messageID ?? idempotencyKey, request: request)
        return try response(to: await groups.submit(candidate))
    }

    private func response(to answer: SendAnswer) throws(Problem) -> Response {
        switch answer {
        case .accepted(let entry):
            return Response(status: .created) { $0.success("Accepted for sending.", entry) }
        case .repeated(let entry):
            return Response(status: .ok) { $0.success("Accepted earlier: this is the first entry.", entry) }
        case .conflict:
            throw Problem(
                .idempotencyConflict,
                "Another message was sent with this messageId. To send a new one, give it an id of its own.")
        case .insufficientBalance:
            throw Problem(.insufficientBalance, "Nothing was sent. Top the account up and send again.")
        case .noPrice:
            throw Problem(
                .noPrice, "Nothing was sent.",
                errors: [FieldProblem(field: fields.recipient.name, detail: "No price covers this destination.")])
        case .suppressed: throw Problem.suppressed("Nothing was sent.", field: fields.recipient.name)
        case .unavailable: throw Problem.unavailable
        case .unconfirmed:
            throw Problem(
                .unconfirmed,
                "The message may have been accepted. Repeat the request with the same messageId to find out: with one, "
                    + "it is never sent twice.")
        case .failed: throw Problem.internalError
        }
    }
}
