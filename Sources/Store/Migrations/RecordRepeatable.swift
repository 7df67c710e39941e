import PostgresClient

/// Records that a repeatable file was applied as it is now.
package struct RecordRepeatable: Statement {
    package static let sql = """
        INSERT INTO ops.repeatable (name, checksum)
        VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = excluded.applied_at
        """
    let file: RepeatableFile

    /// Records this file.
    package init(_ file: RepeatableFile) { self.file = file }

    /// `$1` path, `$2` checksum.
    package func bind(_ parameters: inout Parameters) {
        parameters.append(file.path)
        parameters.append(file.checksum)
    }
}
