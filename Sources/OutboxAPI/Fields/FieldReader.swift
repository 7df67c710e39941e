/// Takes the members of a body one after the other and keeps every problem, so that the caller hears of all at once.
struct FieldReader {
    /// The most problems that are told.
    static let problemsMax = 50
    /// The longest unknown name that is quoted, in characters.
    static let nameCharactersMax = 64

    private var rest: [JSONValue.Member]
    private(set) var problems: [FieldProblem] = []

    init(_ members: [JSONValue.Member]) { rest = members }

    private mutating func take(_ name: String) -> JSONValue? {
        guard let index = rest.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
        return rest.remove(at: index).value
    }

    /// A field that must be there.
    mutating func required<Rule: FieldRule>(_ field: Field<Rule>) -> Rule.Value? {
        guard let value = take(field.name) else {
            report(field.name, "Is missing.")
            return nil
        }
        return read(value, field)
    }

    /// A field that may be absent or null.
    mutating func optional<Rule: FieldRule>(_ field: Field<Rule>) -> Rule.Value? {
        guard let value = take(field.name), value != .null else { return nil }
        return read(value, field)
    }

    /// A field that may be absent; null is a value of its own.
    mutating func given<Rule: FieldRule>(_ field: Field<Rule>) -> Rule.Value? {
        take(field.name).flatMap { read($0, field) }
    }

    /// An inner object that may be absent or null; its problems are told by their path.
    mutating func object(_ name: String, _ body: (inout FieldReader) -> Void) {
        guard let value = take(name), value != .null else { return }
        guard case .object(let members) = value else {
            return report(name, "Must be an object, not \(value.kind).")
        }
        var reader = FieldReader(members)
        body(&reader)
        reader.finish()
        for problem in reader.problems { report("\(name).\(problem.field)", problem.detail) }
    }

    private mutating func read<Rule: FieldRule>(_ value: JSONValue, _ field: Field<Rule>) -> Rule.Value? {
        do throws(FieldFault) { return try field.rule.read(value) } catch {
            report(field.name, error.sentence)
            return nil
        }
    }

    /// Adds a problem found elsewhere.
    mutating func report(_ field: String, _ detail: String) {
        guard problems.count < Self.problemsMax else { return }
        problems.append(FieldProblem(field: field, detail: detail))
    }

    /// Every member that nobody took is a problem: a mistyped `scheduledTimestamp` must not be lost silently.
    mutating func finish() {
        for member in rest {
            let name = String(String.UnicodeScalarView(member.name.unicodeScalars.prefix(Self.nameCharactersMax)))
            report(name, "Is not a field of this request.")
        }
    }
}

/// A named field and its rule.
struct Field<Rule: FieldRule>: Sendable {
    let name: String
    let rule: Rule

    init(_ name: String, _ rule: Rule) {
        self.name = name
        self.rule = rule
    }
}
