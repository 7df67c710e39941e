/// One of a few words.
struct ChoiceRule<Word: RawRepresentable & CaseIterable>: FieldRule where Word.RawValue == String {
    private var words: [String] { Word.allCases.map(\.rawValue) }

    func read(_ value: JSONValue) throws(FieldFault) -> Word {
        guard case .string(let text) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        return try read(text)
    }

    func read(_ text: String) throws(FieldFault) -> Word {
        guard let word = Word.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) else {
            throw FieldFault("Must be one of: \(words.joined(separator: ", ")).")
        }
        return word
    }

    var schema: [JSONValue.Member] {
        [.init("type", .string("string")), .init("enum", .array(words.map { .string($0) }))]
    }
}
