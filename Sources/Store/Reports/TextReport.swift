import PostgresClient

/// A statement whose rows are shown to a person as they are: every column is text.
package protocol TextReport: Statement where Output == [[String]] {
    /// Headings, one for each column.
    static var columns: [String] { get }
}

extension TextReport {
    /// Reads only.
    package static var access: StatementAccess { .reads }

    /// The rows; NULL is shown as `-`.
    package func decode(_ rows: Rows) throws(PostgresError) -> [[String]] {
        try rows.map { row throws(PostgresError) in
            var cells: [String] = []
            for _ in Self.columns { cells.append(try row.optionalText() ?? "-") }
            return cells
        }
    }
}
