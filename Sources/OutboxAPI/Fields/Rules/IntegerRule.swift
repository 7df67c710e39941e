/// A whole number.
struct IntegerRule: FieldRule {
    let range: ClosedRange<Int>

    func read(_ value: JSONValue) throws(FieldFault) -> Int {
        guard case .number(let text) = value else { throw FieldFault("Must be a whole number, not \(value.kind).") }
        return try read(text)
    }

    func read(_ text: String) throws(FieldFault) -> Int {
        guard let number = Int(text), text.first != "+", range.contains(number) else {
            throw FieldFault("Must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("integer")), .init("minimum", .number(range.lowerBound)),
            .init("maximum", .number(range.upperBound)),
        ]
    }
}
