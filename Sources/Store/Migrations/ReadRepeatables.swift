import PostgresClient

/// Reads which repeatable files were applied.
public struct ReadRepeatables: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT name, checksum
        FROM ops.repeatable
        """

    /// Makes the question.
    public init() {}

    /// Checksums by path.
    public func decode(_ rows: Rows) throws(PostgresError) -> [String: String] {
        let pairs = try rows.map { row throws(PostgresError) in (try row.text(0), try row.text(1)) }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
