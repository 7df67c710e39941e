/// Lines of an aligned table, a heading first; columns are two spaces apart and the last one is ragged.
func textTable(_ heading: [String], _ rows: [[String]]) -> [String] {
    let all = [heading] + rows
    let widths = heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
        row.enumerated().map { column, cell in
            column == row.count - 1 ? cell : cell.padded(to: widths[column] + 2)
        }.joined()
    }
}

extension String {
    /// The text followed by spaces up to a width in characters.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - count, 0))
    }
}
