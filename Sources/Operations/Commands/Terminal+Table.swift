extension Terminal {
    /// Prints an aligned table; its heading is bold on a terminal, and plain in a pipe.
    static func printTable(_ heading: [String], _ rows: [[String]]) {
        printTable(textTable(heading, rows))
    }

    /// Prints the lines of an aligned table, the first of which is its heading.
    static func printTable(_ lines: [String]) {
        for (index, line) in lines.enumerated() {
            print(index == 0 && isInteractive ? "\u{1B}[1m\(line)\u{1B}[0m" : line)
        }
    }

    /// Prints names and values, one pair a line.
    static func printPairs(_ pairs: [(String, String)]) {
        let width = pairs.map(\.0.count).max() ?? 0
        for (name, value) in pairs { print("\(name.padded(to: width + 2))\(value)") }
    }
}

/// Text that others chose, for a terminal: one that holds control characters has them written `\xNN`.
func shown(_ text: String) -> String {
    text.unicodeScalars.contains { [.control, .format, .lineSeparator].contains($0.properties.generalCategory) }
        ? printable(Array(text.utf8)) : text
}
