import Store

/// The rows of ``HealthReport`` for a terminal: one line each, cut at the terminal's width, and what to do on a line of
/// its own below each rule that does not hold.
struct HealthLines {
    /// The heading, then the rows.
    let lines: [String]

    ///
    /// - Parameter width: columns of the terminal; nil where it does not say: nothing is cut.
    init(_ rows: [[String]], width: Int?) {
        let table = textTable(Array(HealthReport.columns.dropLast()), rows.map { Array($0.dropLast()) })
        let indent = (rows.map { $0.first?.count ?? 0 }.max() ?? 0) + 2
        var lines: [String] = []
        for (index, line) in table.enumerated() {
            lines.append(Self.cut(line, to: width))
            // Not cut: if it is longer, the terminal wraps it.
            guard index > 0, let advice = rows[index - 1].last, !advice.isEmpty else { continue }
            lines.append(String(repeating: " ", count: indent) + "-> " + advice)
        }
        self.lines = lines
    }

    private static func cut(_ line: String, to width: Int?) -> String {
        guard let width, width > 1, line.count > width else { return line }
        return line.prefix(width - 1) + "…"
    }
}
