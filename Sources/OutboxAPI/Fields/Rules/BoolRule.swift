/// true or false.
struct BoolRule: FieldRule {
    func read(_ value: JSONValue) throws(FieldFault) -> Bool {
        guard case .bool(let bool) = value else { throw FieldFault("Must be true or false, not \(value.kind).") }
        return bool
    }

    var schema: [JSONValue.Member] { [.init("type", .string("boolean"))] }
}
