/// A JSON object of the caller's own, given back as it came.
struct ObjectRule: FieldRule {
    /// As compact JSON with its numbers written out, as Postgres gives them back: `1e100` has 101 digits.
    let bytesMax: Int
    /// The longest number, in characters.
    static let numberCharactersMax = 64
    /// The greatest exponent either way.
    static let exponentMax = 100

    /// The object as JSON: compact, its names in order, so that the same object always becomes the same bytes.
    func read(_ value: JSONValue) throws(FieldFault) -> String {
        guard case .object = value else { throw FieldFault("Must be an object, not \(value.kind).") }
        let moreBytes = try check(value)
        var writer = JSONWriter()
        writer.value(value, sortingNames: true)
        guard writer.bytes.count + moreBytes <= bytesMax else {
            throw FieldFault("Must have at most \(bytesMax) bytes, its numbers written without exponents.")
        }
        return writer.text
    }

    /// - Returns: By how many bytes it grows, at most, once its numbers are written out.
    private func check(_ value: JSONValue) throws(FieldFault) -> Int {
        var moreBytes = 0
        switch value {
        case .null, .bool: break
        case .string(let text): try check(text)
        case .number(let text):
            // 0 where there is none; nil where it is beyond every integer.
            let exponent: Int? = text.lowercased().split(separator: "e").dropFirst().first.map { Int($0) } ?? 0
            // Not by `abs`, which traps of the least integer.
            let range = -Self.exponentMax...Self.exponentMax
            guard text.utf8.count <= Self.numberCharactersMax, let exponent, range.contains(exponent) else {
                throw FieldFault(
                    "Its numbers must have at most \(Self.numberCharactersMax) characters and exponents of at most "
                        + "\(Self.exponentMax).")
            }
            moreBytes = abs(exponent)
        case .array(let values): for value in values { moreBytes += try check(value) }
        case .object(let members):
            for member in members {
                try check(member.name)
                moreBytes += try check(member.value)
            }
        }
        return moreBytes
    }

    private func check(_ text: String) throws(FieldFault) {
        guard !text.utf8.contains(0) else { throw FieldFault("Must hold no NUL character.") }
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("object")),
            .init(
                "description",
                .string("At most \(bytesMax) bytes as compact JSON with numbers written without exponents.")),
        ]
    }
}
