import PostgresClient

/// Bounds, for the rest of the transaction, how long a statement waits for a lock, because everybody who comes later
/// queues behind such a wait.
///
/// The statement itself has no limit, whatever the role's is: the migrator's deadline ends it. And a backslash in a text
/// of the files is one, whatever the database's setting is: patterns would be stored without theirs.
package struct LimitMigration: Statement {
    /// Changes nothing that lasts.
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT pg_catalog.set_config('lock_timeout', $1::text, true),
               pg_catalog.set_config('statement_timeout', '0', true),
               pg_catalog.set_config('standard_conforming_strings', 'on', true)
        """
    let lockTimeout: Duration

    /// Bounds the waits; zero is no bound. Whole milliseconds.
    package init(lockTimeout: Duration) { self.lockTimeout = lockTimeout }

    /// `$1` the bound with its unit.
    package func bind(_ parameters: inout Parameters) {
        let (seconds, attoseconds) = lockTimeout.components
        parameters.append("\(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)ms")
    }
}
