import Domain
import Foundation

/// A text that is brought into Unicode's composed form (NFC) before it is measured: a decomposed `é` would cost a
/// message its GSM alphabet.
struct MessageRule: FieldRule {
    let text: TextRule

    func read(_ value: JSONValue) throws(FieldFault) -> String {
        guard case .string(let written) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        // Below U+0300 nothing combines.
        let isComposed = written.unicodeScalars.allSatisfy { $0.value < 0x300 }
        let composed = isComposed ? written : written.precomposedStringWithCanonicalMapping
        try text.check(composed)
        return composed
    }

    var schema: [JSONValue.Member] { text.schema }
}

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

/// true or false.
struct BoolRule: FieldRule {
    func read(_ value: JSONValue) throws(FieldFault) -> Bool {
        guard case .bool(let bool) = value else { throw FieldFault("Must be true or false, not \(value.kind).") }
        return bool
    }

    var schema: [JSONValue.Member] { [.init("type", .string("boolean"))] }
}

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

/// Several texts.
struct TextListRule: FieldRule {
    let countMax: Int
    let item: TextRule

    func read(_ value: JSONValue) throws(FieldFault) -> [String] {
        guard case .array(let values) = value else { throw FieldFault("Must be an array, not \(value.kind).") }
        guard values.count <= countMax else { throw FieldFault("Must have at most \(countMax) items.") }
        var texts: [String] = []
        for (index, value) in values.enumerated() {
            do throws(FieldFault) { texts.append(try item.read(value)) } catch {
                throw FieldFault("Item \(index + 1): \(error.sentence)")
            }
        }
        return texts
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("array")), .init("maxItems", .number(countMax)),
            .init("items", .object(item.schema)),
        ]
    }
}

/// A moment with its offset from UTC, not too far ahead.
struct TimeRule: FieldRule {
    /// How many days ahead it may be; nil for any.
    let daysAheadMax: Int?
    /// Now, in microseconds since 1970.
    let clock: @Sendable () -> Int64

    func read(_ value: JSONValue) throws(FieldFault) -> Timestamp {
        guard case .string(let text) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        return try read(text)
    }

    func read(_ text: some StringProtocol) throws(FieldFault) -> Timestamp {
        guard let time = Timestamp(iso8601: text) else {
            throw FieldFault("Must be a time in ISO 8601 with an offset, such as 2026-12-20T12:00:00Z.")
        }
        if let daysAheadMax, time.microseconds > clock() + Int64(daysAheadMax) * 86_400_000_000 {
            throw FieldFault("Must be at most \(daysAheadMax) days ahead.")
        }
        return time
    }

    var schema: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("type", .string("string")), .init("format", .string("date-time"))]
        if let daysAheadMax {
            members.append(
                .init("description", .string("At most \(daysAheadMax) days ahead; a time in the past means at once.")))
        }
        members.append(
            .init("examples", .array([.string("2026-01-20T12:00:00Z"), .string("2026-01-20T15:00:00.5+03:00")])))
        return members
    }
}

/// An amount of money above nothing, exact.
struct AmountRule: FieldRule {
    let wholeDigitsMax: Int
    let fractionDigitsMax: Int

    /// The first amount that is too large.
    var limit: String { "1" + String(repeating: "0", count: wholeDigitsMax) }

    func read(_ value: JSONValue) throws(FieldFault) -> Amount {
        guard case .number(let text) = value else { throw FieldFault("Must be a number, not \(value.kind).") }
        guard let amount = Amount(text), amount.coefficient > 0, amount.scale <= fractionDigitsMax,
            amount.description.prefix(while: { $0 != "." }).count <= wholeDigitsMax
        else {
            throw FieldFault(
                "Must be above 0 and below \(limit), with at most \(fractionDigitsMax) digits after the point "
                    + "and no exponent.")
        }
        return amount
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("number")), .init("exclusiveMinimum", .number(0)),
            .init("exclusiveMaximum", .number(limit)),
            .init("description", .string("At most \(fractionDigitsMax) digits after the point, no exponent.")),
        ]
    }
}

/// A JSON object of the caller's own, given back as it came.
struct ObjectRule: FieldRule {
    let bytesMax: Int
    /// The longest number, in characters.
    static let numberCharactersMax = 64
    /// The greatest exponent either way: Postgres writes numbers out, and 1e9999 would have ten thousand digits.
    static let exponentMax = 100

    /// The object as JSON: compact, its names in order, so that the same object always becomes the same bytes.
    func read(_ value: JSONValue) throws(FieldFault) -> String {
        guard case .object = value else { throw FieldFault("Must be an object, not \(value.kind).") }
        try check(value)
        var writer = JSONWriter()
        writer.value(value, sortingNames: true)
        guard writer.bytes.count <= bytesMax else { throw FieldFault("Must have at most \(bytesMax) bytes.") }
        return writer.text
    }

    private func check(_ value: JSONValue) throws(FieldFault) {
        switch value {
        case .null, .bool: break
        case .string(let text): try check(text)
        case .number(let text):
            let exponent = text.lowercased().split(separator: "e").dropFirst().first.map { Int($0) }
            // Not by `abs`, which traps of the least integer.
            let range = -Self.exponentMax...Self.exponentMax
            let isSmall = exponent.map { $0.map { range.contains($0) } ?? false } ?? true
            guard text.utf8.count <= Self.numberCharactersMax, isSmall else {
                throw FieldFault(
                    "Its numbers must have at most \(Self.numberCharactersMax) characters and exponents of at most "
                        + "\(Self.exponentMax).")
            }
        case .array(let values): for value in values { try check(value) }
        case .object(let members):
            for member in members {
                try check(member.name)
                try check(member.value)
            }
        }
    }

    private func check(_ text: String) throws(FieldFault) {
        guard !text.utf8.contains(0) else { throw FieldFault("Must hold no NUL character.") }
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("object")),
            .init("description", .string("At most \(bytesMax) bytes as compact JSON.")),
        ]
    }
}
