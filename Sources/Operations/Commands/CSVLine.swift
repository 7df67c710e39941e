/// A line of a CSV file (RFC 4180), without its end.
///
/// Text that others chose cannot become another field, line or, in a spreadsheet, a formula: what begins like one is
/// given a quote in front, except numbers with their `+`.
func csvLine(_ fields: [String]) -> String {
    fields.map { field in
        let isNumber = field.hasPrefix("+") && field.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
        let risky = field.first.map { "=+-@\t\r".contains($0) } == true && !isNumber
        let text = risky ? "'" + field : field
        guard text.contains(where: { ",\"\n\r".contains($0) || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",")
}
