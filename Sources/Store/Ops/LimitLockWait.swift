import PostgresClient

/// Bounds how long the statements of this transaction wait for a lock.
package struct LimitLockWait: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT pg_catalog.set_config('lock_timeout', $1, true)"
    let timeMax: Duration

    /// Waits at most this long, in whole milliseconds.
    package init(_ timeMax: Duration) { self.timeMax = timeMax }

    package func bind(_ parameters: inout Parameters) { parameters.append(timeLimit: timeMax) }
}
