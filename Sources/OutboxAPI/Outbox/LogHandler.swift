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
                $0.name("log")
                $0.array { for entry in page { $0.value(entry) } }
                $0.name("nextCursor")
                $0.value(entries.count > page.count ? page.last.map(Self.cursor) : nil)
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
            $0.name("eventId")
            $0.value(entry.eventID)
            $0.name("direction")
            $0.value(entry.direction)
            $0.name("userName")
            $0.value(entry.userName)
            $0.name("userEmail")
            $0.value(entry.userEmail)
            $0.name("userNumber")
            $0.value(entry.userNumber)
            $0.name("externalNumber")
            $0.value(entry.externalNumber)
            $0.name("externalName")
            $0.value(entry.externalName)
            $0.name("externalEmail")
            $0.value(entry.externalEmail)
            $0.name("occurredAt")
            $0.value(entry.occurredAt)
            $0.name("receivedAt")
            $0.value(entry.receivedAt)
            $0.name("body")
            $0.value(entry.body)
        }
    }
}
