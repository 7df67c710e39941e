/// A whole number, even if a body writes it with a fraction or an exponent: to JSON Schema `60.0` and `6e1` are
/// integers.
struct IntegerRule: FieldRule {
    let range: ClosedRange<Int>

    func read(_ value: JSONValue) throws(FieldFault) -> Int {
        guard case .number(let text) = value else { throw FieldFault("Must be a whole number, not \(value.kind).") }
        return try read(Self.plain(text) ?? text)
    }

    /// The whole number that a JSON number is, in digits alone; nil where it is none, or has more digits than any we
    /// take.
    private static func plain(_ text: String) -> String? {
        guard text.contains(where: { $0 == "." || $0 == "e" || $0 == "E" }) else { return text }
        let parts = text.lowercased().split(separator: "e")
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".")
        var digits = mantissa.joined()
        guard digits.contains(where: { $0 != "0" }) else { return "0" }
        guard let exponent = parts.count > 1 ? Int(parts[1]) : 0,
            (-BodyBounds.bytesMax...BodyBounds.bytesMax).contains(exponent)
        else { return nil }
        let zeros = exponent - (mantissa.count > 1 ? mantissa[1].count : 0)
        if zeros > 0 {
            guard zeros < 19 else { return nil }
            digits += String(repeating: "0", count: zeros)
        } else {
            guard digits.suffix(-zeros).allSatisfy({ $0 == "0" }) else { return nil }
            digits.removeLast(-zeros)
        }
        return (text.hasPrefix("-") ? "-" : "") + digits
    }

    /// As a query has it: digits alone.
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
