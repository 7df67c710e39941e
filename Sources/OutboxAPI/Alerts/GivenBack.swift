import Store

/// A part of what `GET /api/sms/alerts` shows that its `PUT` does not set. It may be given back unchanged, so that a
/// caller can change one field of what was shown and put the whole; a changed value is refused, because it would be
/// lost.
struct GivenBackRule: FieldRule {
    let type: String
    let note: String

    func read(_ value: JSONValue) throws(FieldFault) -> JSONValue { value }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string(type)), .init("readOnly", .bool(true)),
            .init("description", .string("As it was shown. \(note)")),
        ]
    }

    var fault: FieldFault { FieldFault("Must be as it is, where it is given. \(note)") }
}

extension [EndpointRecord] {
    /// Whether channels that were given back are these.
    func areChannels(_ value: JSONValue) -> Bool {
        guard case .array(let webhooks)? = value["webhooks"], webhooks.count == count else { return false }
        return zip(self, webhooks).allSatisfy { $0.is($1) }
    }
}

extension EndpointRecord {
    /// By what a caller can set of it: the rest changes by itself.
    fileprivate func `is`(_ webhook: JSONValue) -> Bool {
        guard webhook["id"] == .string(id.description), webhook["url"] == .string(url) else { return false }
        guard let kinds = try? JSONParser.parse(Array(kindsJSON.utf8)) else { return false }
        return webhook["kinds"] == kinds && webhook["disabled"] == .bool(disabledAt != nil)
    }
}

extension JSONValue {
    /// A member of an object; nil where there is none.
    fileprivate subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}
