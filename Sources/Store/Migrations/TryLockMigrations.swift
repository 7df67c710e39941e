import PostgresClient

/// Takes the migrators' lock until the end of the transaction, if nobody has it.
package struct TryLockMigrations: Statement {
    /// Changes nothing that lasts.
    package static let access = StatementAccess.reads
    package static let sql = "SELECT pg_catalog.pg_try_advisory_xact_lock($1)"

    /// Makes the attempt.
    package init() {}

    /// `$1` the key.
    package func bind(_ parameters: inout Parameters) { parameters.append(MigrationLock.key) }

    /// Whether it was had.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}
