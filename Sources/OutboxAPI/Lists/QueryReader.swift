import Domain

/// The parameters of a query string, taken one after the other; every problem is kept.
struct QueryReader {
    /// The most parameters that are read.
    static let parametersMax = 50

    private var rest: [(name: String, value: String)] = []
    private(set) var problems: [FieldProblem] = []

    init(_ query: String?) {
        guard let query, !query.isEmpty else { return }
        let parts = query.split(separator: "&")
        guard parts.count <= Self.parametersMax else {
            // One that was passed over might be the filter that mattered.
            problems.append(
                FieldProblem(field: "query", detail: "Must have at most \(Self.parametersMax) parameters."))
            return
        }
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(pair[0]), let value = Self.decoded(pair.count > 1 ? pair[1] : "") else {
                problems.append(FieldProblem(field: "query", detail: "Must be percent-encoded UTF-8."))
                continue
            }
            rest.append((name, value))
        }
    }

    /// Takes a parameter and reads it; nil where it is not given, or wrong.
    mutating func take<Value>(_ name: String, _ read: (String) throws(FieldFault) -> Value) -> Value? {
        // By bytes, as of fields: to find canonically equivalent names Swift would bring their marks into order.
        let values = rest.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
        rest.removeAll { $0.name.utf8.elementsEqual(name.utf8) }
        guard let value = values.first else { return nil }
        guard values.count == 1 else {
            problems.append(FieldProblem(field: name, detail: "Is given more than once."))
            return nil
        }
        do throws(FieldFault) { return try read(value) } catch {
            problems.append(FieldProblem(field: name, detail: error.sentence))
            return nil
        }
    }

    /// - Throws: ``Problem`` with everything that is wrong, unknown parameters included.
    mutating func finish() throws(Problem) {
        for (name, _) in rest {
            problems.append(
                FieldProblem(
                    field: String(name.prefix(FieldReader.nameCharactersMax)),
                    detail: "Is not a parameter of this request."))
        }
        guard problems.isEmpty else { throw Problem.fields(problems) }
    }

    /// `%41` and `+` decoded; nil where that is no UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimalDigit),
                    let low = rest.popFirst().flatMap(hexadecimalDigit)
                else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// A truth value in a query.
enum QueryBool: String, CaseIterable {
    case yes = "true"
    case no = "false"
}
