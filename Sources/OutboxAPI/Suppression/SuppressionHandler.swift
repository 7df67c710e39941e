import Domain
import Hummingbird
import Store

/// The fields of a change to the suppression list.
struct SuppressionFields: Sendable {
    let recipient = Field(SendFields.recipientName, PhoneRule())
    let note = Field("note", TextRule(characters: 1...EnteredSuppression.noteLengthMax, alphabet: .printable))

    /// - Throws: ``Problem`` with every field that is wrong.
    func read(_ members: [JSONValue.Member]) throws(Problem) -> (recipient: PhoneNumber, note: String?) {
        var reader = FieldReader(members)
        let recipient = reader.required(self.recipient)
        let note = reader.optional(self.note)
        reader.finish()
        guard reader.problems.isEmpty, let recipient else { throw Problem.fields(reader.problems) }
        return (recipient, note)
    }
}

/// The routes of `/api/sms/suppressions`: who has opted out of the account's messages.
struct SuppressionHandler: Sendable {
    let desk: Desk
    let lists: Desk
    let fields = SuppressionFields()
    let listFields = ListFields()

    func list(_ query: String?, _ principal: Principal) async throws -> Response {
        var reader = QueryReader(query)
        let limit = Int32(reader.take(listFields.limit.name, listFields.limit.rule.read) ?? ListFields.limitDefault)
        // A plus that nobody encoded has become a space.
        let number = reader.take(listFields.recipient.name) { text throws(FieldFault) in
            try listFields.recipient.rule.read(text.first == " " ? "+" + text.dropFirst() : text)
        }
        let after = reader.take(listFields.cursor.name) { text throws(FieldFault) in
            guard let bytes = Cursor.bytes(of: text), let number = String(validating: bytes, as: UTF8.self),
                PhoneNumber(e164: number) != nil
            else { throw Cursor.fault }
            return number
        }
        try reader.finish()
        let rows = try await lists.read(
            ListSuppressed(account: principal.account, after: after ?? "", number: number?.e164, limit: limit + 1))
        let page = rows.prefix(Int(limit))
        return Response(status: .ok, capacity: 256 * (page.count + 1)) {
            $0.object {
                $0.array("suppressions") { for row in page { $0.value(row) } }
                $0.member(
                    "nextCursor",
                    rows.count > page.count ? page.last.map { Cursor.text(of: Array($0.number.utf8)) } : nil)
            }
        }
    }

    /// Records that a recipient has opted out, or in again; a repeat changes nothing and gets the same answer.
    func record(
        _ kind: SuppressionKind, _ members: [JSONValue.Member], _ principal: Principal
    ) async throws -> Response {
        let (recipient, note) = try fields.read(members)
        let entered = EnteredSuppression(
            pair: SuppressionPair(account: principal.account, number: recipient.e164), kind: kind, source: .api,
            actor: principal.userID, note: note)
        _ = try await desk.transaction { connection, deadline, _ in
            try connection.run(RecordSuppression(entered), deadline: deadline)
        }
        return Response(status: .ok) {
            $0.object {
                $0.member("status", "success")
                $0.member(
                    "message",
                    kind == .suppressed
                        ? "Not sent to any more, until it is lifted." : "Sent to again, until it is suppressed.")
                $0.member("recipientPhoneNumber", recipient.e164)
                $0.member("suppressed", kind == .suppressed)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ row: SuppressionRow) {
        object {
            $0.member("recipientPhoneNumber", row.number)
            $0.member("since", row.receivedAt)
            $0.member("source", row.source)
            $0.member("word", row.word)
            $0.member("actor", row.actor)
            $0.member("note", row.note)
        }
    }
}
