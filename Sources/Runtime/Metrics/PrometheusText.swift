/// The metrics page while it is written: Prometheus text format 0.0.4.
struct PrometheusText {
    /// The `Content-Type` of the page.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What was written so far.
    private(set) var text = ""

    /// Starts a family of series that share name and type.
    mutating func family(_ name: String, type: String) {
        text += "# TYPE \(name) \(type)\n"
    }

    /// Writes one sample; `labels` without braces, as ``labels(_:)`` makes them.
    mutating func line(_ name: String, _ labels: String, _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// A number as the format has it: whole ones without a point, and `NaN`, `+Inf`, `-Inf`.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A name with every character that the format does not allow replaced by `_`.
    static func name(_ label: String, colonAllowed: Bool = true) -> String {
        var name = ""
        for (index, scalar) in label.unicodeScalars.enumerated() {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": name.unicodeScalars.append(scalar)
            case "0"..."9" where index > 0: name.unicodeScalars.append(scalar)
            case ":" where colonAllowed: name.unicodeScalars.append(scalar)
            default: name += "_"
            }
        }
        return name.isEmpty ? "_" : name
    }

    /// Labels as text, sorted by name, their values escaped.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { (name($0.0, colonAllowed: false), $0.1) }
            .sorted { $0 < $1 }
            .map { "\($0.0)=\"\(escaped($0.1))\"" }
            .joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
