import PostgresClient

/// Bounds how long each statement of this transaction may take, in place of the role's own bound.
package struct LimitStatementTime: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT pg_catalog.set_config('statement_timeout', $1, true)"
    let timeMax: Duration

    /// At most this long, in whole milliseconds.
    package init(_ timeMax: Duration) { self.timeMax = timeMax }

    package func bind(_ parameters: inout Parameters) { parameters.append(timeLimit: timeMax) }
}
