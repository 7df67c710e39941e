import PostgresClient

/// Adds the checksum to the row that a numbered file has inserted for itself.
package struct RecordChecksum: Statement {
    package static let sql = """
        UPDATE ops.migration
        SET checksum = $3
        WHERE number = $1 AND name = $2 AND checksum IS NULL
        """
    let file: MigrationFile

    /// Records this file's.
    package init(_ file: MigrationFile) { self.file = file }

    /// `$1` number, `$2` name, `$3` checksum.
    package func bind(_ parameters: inout Parameters) {
        parameters.append(file.number)
        parameters.append(file.name)
        parameters.append(file.checksum)
    }

    /// Whether the row was there.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
