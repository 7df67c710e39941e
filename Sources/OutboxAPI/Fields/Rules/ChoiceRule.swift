/// One of a few words.
struct ChoiceRule: FieldRule {
    let words: [String]

    func read(_ value: JSONValue) throws(FieldFault) -> String {
        guard case .string(let text) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        return try read(text)
    }

    func read(_ text: String) throws(FieldFault) -> String {
        guard words.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else {
            throw FieldFault("Must be one of: \(words.joined(separator: ", ")).")
        }
        return text
    }

    var schema: [JSONValue.Member] {
        [.init("type", .string("string")), .init("enum", .array(words.map { .string($0) }))]
    }
}
