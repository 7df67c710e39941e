import Domain
import Hummingbird
import Store

/// `GET /api/sms/log`: Onoff's log.
struct LogHandler: Sendable {
    let lists: Desk
    let fields = ListFields()

    func list(_ query: String?, _ principal: Principal) async throws -> Response {
        var reader = QueryReader(query)
        let limit = Int32(reader.take(fields.limit.name, fields.limit.rule.read) ?? ListFields.limitDefault)
        let before = reader.take(fields.cursor.name) { text throws(FieldFault) in
            guard let bytes = Cursor.bytes(of: text), bytes.count > 16,
                let eventID = String(validating: bytes[16...], as: UTF8.self), !eventID.utf8.contains(0)
            else { throw Cursor.fault }
            return (webhookID: WebhookID(rawValue: bytes[..<16].reduce(0) { $0 << 8 | UInt128($1) }), eventID: eventID)
        }
        try reader.finish()
        let entries = try await lists.readInOrder(
            ListLogEntries(account: principal.account, before: before, limit: limit + 1))
        let page = entries.prefix(Int(limit))
        return Response(status: .ok, capacity: 512 * (page.count + 1)) {
            $0.object {
                $0.array("log") { for entry in page { $0.value(entry) } }
                $0.member("nextCursor", entries.count > page.count ? page.last.map(Self.cursor) : nil)
            }
        }
    }

    private static func cursor(of entry: LogEntryRecord) -> String {
        Cursor.text(of: Cursor.bigEndianBytes(of: entry.webhookID.rawValue) + Array(entry.eventID.utf8))
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ entry: LogEntryRecord) {
        object {
            $0.member("eventId", entry.eventID)
            $0.member("direction", entry.direction)
            $0.member("userName", entry.userName)
            $0.member("userEmail", entry.userEmail)
            $0.member("userNumber", entry.userNumber)
            $0.member("externalNumber", entry.externalNumber)
            $0.member("externalName", entry.externalName)
            $0.member("externalEmail", entry.externalEmail)
            $0.member("occurredAt", entry.occurredAt)
            $0.member("receivedAt", entry.receivedAt)
            $0.member("body", entry.body)
        }
    }
}
