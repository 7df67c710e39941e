import PostgresClient

/// Takes the migrators' lock until the end of the transaction, waiting for its present holder.
public struct LockMigrations: Statement {
    /// Changes nothing that lasts.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT pg_catalog.pg_advisory_xact_lock($1)"

    /// Makes the wait.
    public init() {}

    /// `$1` the key.
    public func bind(_ parameters: inout Parameters) { parameters.append(MigrationLock.key) }
}
