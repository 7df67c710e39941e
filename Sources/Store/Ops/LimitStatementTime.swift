import PostgresClient

/// Bounds how long each statement of this transaction may take, in place of the role's own bound.
public struct LimitStatementTime: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT pg_catalog.set_config('statement_timeout', $1, true)"
    let timeMax: Duration

    /// At most this long, in whole milliseconds.
    public init(_ timeMax: Duration) { self.timeMax = timeMax }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(timeLimit: timeMax) }
}
