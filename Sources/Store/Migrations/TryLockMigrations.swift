import PostgresClient

/// Takes the migrators' lock until the end of the transaction, if nobody has it.
public struct TryLockMigrations: Statement {
    /// Changes nothing that lasts.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT pg_catalog.pg_try_advisory_xact_lock($1)"

    /// Makes the attempt.
    public init() {}

    /// `$1` the key.
    public func bind(_ parameters: inout Parameters) { parameters.append(MigrationLock.key) }

    /// Whether it was had.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool(0) }
    }
}
