import Domain
import Hummingbird
import Store

/// The routes of `/api/sms/notifications`: what an account was told. All of its keys that may read see all of it, as
/// they see its balance.
struct NotificationsHandler: Sendable {
    let desk: Desk
    let lists: Desk
    let fields = ListFields()
    static let unread = Field("unread", ChoiceRule(words: ["true", "false"]))
    let markFields = ReadMarkFields()

    static let notFound = Problem(.notFound, "The account has no notification with this id.")

    func list(_ query: String?, _ principal: Principal) async throws -> Response {
        var reader = QueryReader(query)
        let limit = Int32(reader.take(fields.limit.name, fields.limit.rule.read) ?? ListFields.limitDefault)
        let isUnreadOnly = reader.take(Self.unread.name, Self.unread.rule.read) == "true"
        let before = reader.take(fields.cursor.name) { text throws(FieldFault) in
            guard let bytes = Cursor.bytes(of: text), bytes.count == 16 else { throw Cursor.fault }
            return NotificationID(rawValue: bytes.reduce(0) { $0 << 8 | UInt128($1) })
        }
        try reader.finish()
        let found = try await lists.read(
            ListNotifications(
                account: principal.account, before: before, isUnreadOnly: isUnreadOnly, limit: limit + 1))
        let page = found.prefix(Int(limit))
        return Response(status: .ok, capacity: 512 * (page.count + 1)) {
            $0.object {
                $0.array("notifications") { for notification in page { $0.value(notification) } }
                $0.member(
                    "nextCursor",
                    found.count > page.count
                        ? page.last.map { Cursor.text(of: Cursor.bigEndianBytes(of: $0.id.rawValue)) } : nil)
            }
        }
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
        let (marked, isKnown) = try await desk.transaction { connection, deadline, _ in
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
