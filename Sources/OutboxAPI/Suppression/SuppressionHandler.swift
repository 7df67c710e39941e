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
    let transactions: RequestTransactions
    let lists: RequestTransactions
    let fields = SuppressionFields()
    let listFields = ListFields()

    func list(_ query: String?, _ principal: Principal) async throws -> Response {
        var reader = QueryReader(query)
        let limit = listFields.takeLimit(from: &reader)
        let number = listFields.takeRecipient(from: &reader)
        let after = listFields.takePlace(from: &reader) {
            String(validating: $0, as: UTF8.self).flatMap(PhoneNumber.init(e164:))
        }
        try reader.finish()
        let rows = try await lists.read(
            ListSuppressed(
                account: principal.account, after: after?.e164 ?? "", number: number?.e164, limit: Int32(limit + 1)))
        return ListPage(rows, limit: limit) { Cursor.text(of: Array($0.number.utf8)) }
            .response("suppressions", rowBytes: 256) { $0.value($1) }
    }

    /// Records that a recipient has opted out, or in again; a repeat changes nothing and gets the same answer.
    func record(
        _ kind: SuppressionKind, _ members: [JSONValue.Member], _ principal: Principal
    ) async throws -> Response {
        let (recipient, note) = try fields.read(members)
        let entered = EnteredSuppression(
            pair: SuppressionPair(account: principal.account, number: recipient.e164), kind: kind, source: .api,
            actor: principal.userID, note: note)
        _ = try await transactions.run { connection, deadline, _ in
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
