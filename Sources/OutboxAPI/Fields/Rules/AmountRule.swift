import Domain

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
