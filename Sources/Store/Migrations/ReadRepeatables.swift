import PostgresClient

/// Reads which repeatable files were applied.
package struct ReadRepeatables: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT name, checksum
        FROM ops.repeatable
        """

    package init() {}

    /// Checksums by path.
    package func decode(_ rows: Rows) throws(PostgresError) -> [String: String] {
        let pairs = try rows.map { row throws(PostgresError) in (try row.text(), try row.text()) }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
