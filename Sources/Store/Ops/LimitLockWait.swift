import PostgresClient

/// Bounds how long the statements of this transaction wait for a lock.
public struct LimitLockWait: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT pg_catalog.set_config('lock_timeout', $1, true)"
    let timeMax: Duration

    /// Waits at most this long, in whole milliseconds.
    public init(_ timeMax: Duration) { self.timeMax = timeMax }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(timeLimit: timeMax) }
}
