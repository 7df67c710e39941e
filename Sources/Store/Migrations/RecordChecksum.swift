import PostgresClient

/// Adds the checksum to the row that a numbered file has inserted for itself.
public struct RecordChecksum: Statement {
    /// The statement.
    public static let sql = """
        UPDATE ops.migration
        SET checksum = $3
        WHERE number = $1 AND name = $2 AND checksum IS NULL
        """
    let file: MigrationFile

    /// Records this file's.
    public init(_ file: MigrationFile) { self.file = file }

    /// `$1` number, `$2` name, `$3` checksum.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(file.number)
        parameters.append(file.name)
        parameters.append(file.checksum)
    }

    /// Whether the row was there.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
