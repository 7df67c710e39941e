import Alerting
import Domain
import Store

/// A URL that notifications may be sent to, by the rule that deliveries go by.
struct WebhookURLRule: FieldRule {
    let policy: DestinationPolicy

    func read(_ value: JSONValue) throws(FieldFault) -> String {
        guard case .string(let text) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        do throws(URLRefusal) { _ = try policy.read(text) } catch {
            throw FieldFault(
                "Must be the https URL of a server on the public internet, in ASCII, of at most "
                    + "\(DestinationPolicy.urlBytesMax) bytes, without user name and fragment.")
        }
        return text
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("string")), .init("format", .string("uri")),
            .init("maxLength", .number(DestinationPolicy.urlBytesMax)),
            .init("description", .string("https, of a server on the public internet, without user name and fragment.")),
            .init(
                "examples",
                .array([.string("https://hooks.example.com/sms"), .string("https://hooks.example.com:8443/a?b=c")])),
        ]
    }
}

/// Kinds of notifications; none stands for all.
struct AlertKindsRule: FieldRule {
    /// As `endpoint_kinds_bounded` of the schema has it.
    static let countMax = 32
    let kinds = AlertKind.ofAccounts

    func read(_ value: JSONValue) throws(FieldFault) -> [AlertKind] {
        guard case .array(let values) = value else { throw FieldFault("Must be an array, not \(value.kind).") }
        guard values.count <= Self.countMax else { throw FieldFault("Must have at most \(Self.countMax) items.") }
        var read: [AlertKind] = []
        for value in values {
            guard case .string(let text) = value,
                let kind = kinds.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) })
            else {
                throw FieldFault("Each item must be one of: \(kinds.map(\.rawValue).joined(separator: ", ")).")
            }
            if !read.contains(kind) { read.append(kind) }
        }
        return read
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("array")), .init("maxItems", .number(Self.countMax)),
            .init("items", Schema.choice(kinds.map(\.rawValue))),
        ]
    }
}

/// Amounts of money, none of them twice.
struct ThresholdsRule: FieldRule {
    static let countMax = SetBalanceThresholds.countMax
    static let wholeDigitsMax = 9
    static let fractionDigitsMax = 6

    private static let sentence = """
        Must be at most \(countMax) different numbers from 0 to below 1\(String(repeating: "0", count: wholeDigitsMax)), \
        with at most \(fractionDigitsMax) digits after the point, no sign and no exponent.
        """

    func read(_ value: JSONValue) throws(FieldFault) -> [Amount] {
        guard case .array(let values) = value else { throw FieldFault("Must be an array, not \(value.kind).") }
        guard values.count <= Self.countMax else { throw FieldFault(Self.sentence) }
        var amounts: [Amount] = []
        for value in values {
            guard case .number(let text) = value, let amount = Amount(text), amount.scale <= Self.fractionDigitsMax,
                amount.description.prefix(while: { $0 != "." }).count <= Self.wholeDigitsMax,
                !amounts.contains(amount)
            else { throw FieldFault(Self.sentence) }
            amounts.append(amount)
        }
        return amounts
    }

    var schema: [JSONValue.Member] {
        [
            .init("type", .string("array")), .init("maxItems", .number(Self.countMax)),
            .init("uniqueItems", .bool(true)),
            .init(
                "items",
                Schema.object(
                    .init("type", .string("number")), .init("minimum", .number(0)),
                    .init(
                        "exclusiveMaximum", .number("1" + String(repeating: "0", count: Self.wholeDigitsMax))),
                    .init(
                        "description",
                        .string("At most \(Self.fractionDigitsMax) digits after the point, no sign, no exponent.")))),
        ]
    }
}

/// A whole number of the account's own, or null for that of the processes' settings.
struct OwnLimitRule: FieldRule {
    let range: ClosedRange<Int32>

    private var rule: IntegerRule { IntegerRule(range: Int(range.lowerBound)...Int(range.upperBound)) }

    func read(_ value: JSONValue) throws(FieldFault) -> OwnOrDefault<Int32> {
        value == .null ? .byDefault : .own(Int32(try rule.read(value)))
    }

    var schema: [JSONValue.Member] { rule.schema }
}
