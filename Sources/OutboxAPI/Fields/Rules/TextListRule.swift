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
