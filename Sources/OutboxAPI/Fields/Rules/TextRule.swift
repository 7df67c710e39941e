/// A text, by its length in Unicode code points and the characters it may have.
struct TextRule: FieldRule {
    /// Which characters a text may have. A NUL is never one: Postgres cannot hold it.
    enum Alphabet: Sendable {
        /// `0-9A-Za-z`.
        case lettersAndDigits
        /// Printable ASCII, the space included.
        case printableASCII
        /// Everything but control characters.
        case printable
        /// Everything but NUL.
        case anything

        var pattern: String {
            switch self {
            case .lettersAndDigits: "^[0-9A-Za-z]*$"
            case .printableASCII: "^[\\u0020-\\u007E]*$"
            case .printable: "^[^\\u0000-\\u001F\\u007F-\\u009F]*$"
            case .anything: "^[^\\u0000]*$"
            }
        }

        var words: String {
            switch self {
            case .lettersAndDigits: "letters a to z and digits only"
            case .printableASCII: "printable ASCII characters only"
            case .printable: "no control characters"
            case .anything: "no NUL character"
            }
        }

        func allows(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .lettersAndDigits:
                "0"..."9" ~= scalar || "A"..."Z" ~= scalar || "a"..."z" ~= scalar
            case .printableASCII: " "..."~" ~= scalar
            case .printable: scalar.value >= 0x20 && !(0x7F...0x9F ~= scalar.value)
            case .anything: scalar.value != 0
            }
        }
    }

    let characters: ClosedRange<Int>
    let alphabet: Alphabet

    func read(_ value: JSONValue) throws(FieldFault) -> String {
        guard case .string(let text) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        try check(text)
        return text
    }

    func check(_ text: some StringProtocol) throws(FieldFault) {
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            guard alphabet.allows(scalar) else { throw FieldFault("Must hold \(alphabet.words).") }
        }
        guard characters.contains(count) else { throw wrongLength }
    }

    var wrongLength: FieldFault {
        FieldFault("Must have \(characters.lowerBound) to \(characters.upperBound) characters.")
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("string")), .init("minLength", .number(characters.lowerBound)),
            .init("maxLength", .number(characters.upperBound)), .init("pattern", .string(alphabet.pattern)),
        ]
    }
}
