import PostgresClient

/// Reads which numbered files were applied.
package struct ReadMigrations: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT number, name, checksum
        FROM ops.migration
        ORDER BY number
        """

    package init() {}

    /// The rows by number.
    package func decode(_ rows: Rows) throws(PostgresError) -> [RecordedMigrations.Migration] {
        try rows.map { row throws(PostgresError) in
            RecordedMigrations.Migration(
                number: try row.int32(), name: try row.text(), checksum: try row.optionalText())
        }
    }
}
