import Domain
import Hummingbird
import Store

/// `GET /api/sms/log`: Onoff's log.
struct LogHandler: Sendable {
    let lists: RequestTransactions
    let fields = ListFields()

    func list(_ query: String?, _ principal: Principal) async throws -> Response {
        var reader = QueryReader(query)
        let limit = fields.takeLimit(from: &reader)
        let before = fields.takePlace(from: &reader, Self.place)
        try reader.finish()
        let entries = try await lists.readInOrder(
            ListLogEntries(account: principal.account, before: before, limit: Int32(limit + 1)))
        return ListPage(entries, limit: limit, cursor: Self.cursor).response("log", rowBytes: 512) { $0.value($1) }
    }

    private static func cursor(of entry: LogEntryRecord) -> String {
        Cursor.text(of: Cursor.bytes(of: entry.webhookID) + Array(entry.eventID.utf8))
    }

    private static func place(of bytes: [UInt8]) -> (webhookID: WebhookID, eventID: String)? {
        guard let webhookID: WebhookID = Cursor.id(of: bytes.prefix(Cursor.idBytes)), bytes.count > Cursor.idBytes,
            let eventID = String(validating: bytes[Cursor.idBytes...], as: UTF8.self), !eventID.utf8.contains(0)
        else { return nil }
        return (webhookID, eventID)
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
