import PostgresClient

/// Records that a repeatable file was applied as it is now.
public struct RecordRepeatable: Statement {
    /// The statement.
    public static let sql = """
        INSERT INTO ops.repeatable (name, checksum)
        VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = excluded.applied_at
        """
    let file: RepeatableFile

    /// Records this file.
    public init(_ file: RepeatableFile) { self.file = file }

    /// `$1` path, `$2` checksum.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(file.path)
        parameters.append(file.checksum)
    }
}
