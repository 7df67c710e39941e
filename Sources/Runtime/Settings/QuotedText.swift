/// A value as a problem quotes it: cut short, and with nothing in it that moves a terminal's cursor.
///
/// - Parameter charactersMax: The most characters (Unicode scalars) of the value that are kept.
func quotedText(_ text: String, charactersMax: Int) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars.prefix(charactersMax) {
        switch scalar {
        case "\"", "\\": quoted += "\\\(scalar)"
        case " "..."~": quoted.unicodeScalars.append(scalar)
        default: quoted += "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
    return quoted + (text.unicodeScalars.count > charactersMax ? "…\"" : "\"")
}
