import Domain

/// A telephone number with its country code.
struct PhoneRule: FieldRule {
    /// `+` and the fewest digits a number has.
    static let charactersMin = 1 + PhoneNumber.digitsMin

    func read(_ value: JSONValue) throws(FieldFault) -> PhoneNumber {
        guard case .string(let text) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        return try read(text)
    }

    func read(_ text: some StringProtocol) throws(FieldFault) -> PhoneNumber {
        guard let number = PhoneNumber(entered: text) else {
            throw FieldFault("Must be one telephone number with + or 00 and its country code, such as +254712345678.")
        }
        return number
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("string")), .init("format", .string("phone")),
            .init("minLength", .number(Self.charactersMin)),
            .init("maxLength", .number(PhoneNumber.lenientTextScalarsMax)),
            .init(
                "description",
                .string(
                    "A number in E.164: +, country code, \(PhoneNumber.digitsMin) to \(PhoneNumber.digitsMax) digits; "
                        + "00 may stand for +, and spaces, dots, hyphens and brackets are ignored.")),
            .init("examples", .array([.string("+254712345678"), .string("00254 712 345-678")])),
        ]
    }
}
