import Domain
import Hummingbird
import Store

/// The routes of `/api/sms/outbox`.
struct OutboxHandler: Sendable {
    let entries: Entries
    let lister: EntryLister
    let listFields = ListFields()
    let resendFields = ResendFields()

    func resend(_ members: [JSONValue.Member], _ principal: Principal) async throws -> Response {
        let (id, allowDuplicate) = try resendFields.read(members)
        let entry = try await entries.resend(id, allowDuplicate: allowDuplicate, principal)
        return Response(status: .accepted) { $0.success("Accepted for resending.", entry) }
    }

    func cancel(_ id: EntryID?, _ principal: Principal) async throws -> Response {
        guard let id else { throw Entries.notFound }
        let entry = try await entries.cancel(id, principal)
        return Response(status: .ok) { $0.success("Cancelled.", entry) }
    }

    func entry(_ id: EntryID?, _ principal: Principal) async throws -> Response {
        guard let id else { throw Entries.notFound }
        let entry = try await entries.find(id, principal)
        let attempts = try await entries.attempts(of: id)
        return Response(status: .ok, capacity: 4096) { $0.value(entry, attempts: attempts) }
    }

    func list(_ query: String?, _ principal: Principal) async throws -> Response {
        let (filter, limit) = try listFields.read(query, principal)
        let (found, next) = try await lister.page(filter, limit: limit)
        return ListPage(rows: found, next: next.map { Cursor.text(of: $0) })
            .response("outbox", rowBytes: 1024) { $0.value($1) }
    }
}

/// The fields of a resend.
struct ResendFields: Sendable {
    /// A UUID with its hyphens.
    static let idCharacters = 36

    let outboxID = Field("outboxId", TextRule(characters: 1...Self.idCharacters, alphabet: .printableASCII))
    let allowDuplicate = Field("allowDuplicate", BoolRule())

    /// - Throws: ``Problem`` with every field that is wrong. A text that is no id is the id of nothing.
    func read(_ members: [JSONValue.Member]) throws(Problem) -> (id: EntryID, allowDuplicate: Bool) {
        var reader = FieldReader(members)
        let text = reader.required(outboxID)
        let allow = reader.optional(allowDuplicate) ?? false
        reader.finish()
        guard reader.problems.isEmpty, let text else { throw Problem.fields(reader.problems) }
        guard let id = EntryID(text) else { throw Entries.notFound }
        return (id, allow)
    }
}
