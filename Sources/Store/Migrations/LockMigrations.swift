import PostgresClient

/// Takes the migrators' lock until the end of the transaction, waiting for its present holder.
package struct LockMigrations: Statement {
    /// Changes nothing that lasts.
    package static let access = StatementAccess.reads
    package static let sql = "SELECT pg_catalog.pg_advisory_xact_lock($1)"

    /// Makes the wait.
    package init() {}

    /// `$1` the key.
    package func bind(_ parameters: inout Parameters) { parameters.append(MigrationLock.key) }
}
