import PostgresClient

/// Reads which numbered files were applied.
public struct ReadMigrations: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT number, name, checksum
        FROM ops.migration
        ORDER BY number
        """

    /// Makes the question.
    public init() {}

    /// The rows by number.
    public func decode(_ rows: Rows) throws(PostgresError) -> [RecordedMigrations.Migration] {
        try rows.map { row throws(PostgresError) in
            RecordedMigrations.Migration(
                number: try row.int32(0), name: try row.text(1), checksum: try row.optionalText(2))
        }
    }
}
