/// What is wrong with one field, for the caller. Never quotes the value.
struct FieldProblem: Sendable, Equatable {
    let field: String
    let detail: String
}

/// Why a value is refused: one sentence that names no value.
struct FieldFault: Error, Equatable {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// The bounds of one field. The server reads by them and `/openapi.json` prints them, so the two cannot disagree.
protocol FieldRule: Sendable {
    associatedtype Value
    /// Takes the value, or says why not.
    func read(_ value: JSONValue) throws(FieldFault) -> Value
    /// The rule as JSON Schema (draft 2020-12, as OpenAPI 3.1 has it).
    var schema: [JSONValue.Member] { get }
}

extension JSONValue.Member {
    init(_ name: String, _ value: JSONValue) { self.init(name: name, value: value) }
}

extension JSONValue {
    static func number(_ value: Int) -> JSONValue { .number(String(value)) }
}
