import PostgresClient

/// The advisory lock under which files are applied, of a database of its own: one migrator at a time.
enum MigrationLock {
    /// "POSTROOM" in ASCII: unlikely to be another program's number.
    static let key: Int64 = 0x504F_5354_524F_4F4D
}

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

/// Takes the migrators' lock until the end of the transaction, waiting for whoever has it.
public struct LockMigrations: Statement {
    /// No rows.
    public typealias Output = Void
    /// Changes nothing that lasts.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT pg_catalog.pg_advisory_xact_lock($1)"

    /// Makes the wait.
    public init() {}

    /// `$1` the key.
    public func bind(_ parameters: inout Parameters) { parameters.append(MigrationLock.key) }
}
