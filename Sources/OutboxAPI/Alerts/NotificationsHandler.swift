import Domain
import Hummingbird
import Store

/// The routes of `/api/sms/notifications`: what an account was told. All of its keys that may read see all of it, as
/// they see its balance.
struct NotificationsHandler: Sendable {
    let transactions: RequestTransactions
    let lists: RequestTransactions
    let fields = ListFields()
    static let unread = Field("unread", ChoiceRule<QueryBool>())
    let markFields = ReadMarkFields()

    static let notFound = Problem(.notFound, "The account has no notification with this id.")

    func list(_ query: String?, _ principal: Principal) async throws -> Response {
        var reader = QueryReader(query)
        let limit = fields.takeLimit(from: &reader)
        let isUnreadOnly = reader.take(Self.unread.name, Self.unread.rule.read) == .yes
        let before: NotificationID? = fields.takePlace(from: &reader, Cursor.id)
        try reader.finish()
        let found = try await lists.read(
            ListNotifications(
                account: principal.account, before: before, isUnreadOnly: isUnreadOnly, limit: Int32(limit + 1)))
        return ListPage(found, limit: limit) { Cursor.text(of: $0.id) }
            .response("notifications", rowBytes: 512) { $0.value($1) }
    }

    func markOne(_ id: UInt128?, _ principal: Principal) async throws -> Response {
        guard let id else { throw Self.notFound }
        return try await mark(NotificationID(rawValue: id), isUpTo: false, principal)
    }

    func markUpTo(_ members: [JSONValue.Member], _ principal: Principal) async throws -> Response {
        try await mark(try markFields.read(members), isUpTo: true, principal)
    }

    private func mark(_ id: NotificationID, isUpTo: Bool, _ principal: Principal) async throws -> Response {
        let marking = MarkNotificationsRead(account: principal.account, id, isUpTo: isUpTo)
        let (marked, isKnown) = try await transactions.run { connection, deadline, _ in
            try connection.run(marking, deadline: deadline)
        }
        guard isKnown else { throw Self.notFound }
        return Response(status: .ok) { writer in
            writer.object {
                $0.member("status", "success")
                $0.member("marked", Int(marked))
            }
        }
    }
}
