import PostgresClient

/// Ends sessions of this program that have waited for their client to read for too long, with the rows they hold.
///
/// A process that was stopped, or a pooler behind which one was, leaves one behind where an answer is larger than what lies
/// between the two: `statement_timeout` does not interrupt that wait, `idle_in_transaction_session_timeout` does not run in
/// it, and a socket of Unix has no time-outs. Only sessions of the same role, database and `application_name` as the one
/// that asks: who dumps tables under the same role may be slow.
package struct EndUnreadSessions: Statement {
    package static let sql = """
        SELECT count(*) FILTER (WHERE pg_catalog.pg_terminate_backend(a.pid))
        FROM pg_catalog.pg_stat_activity AS a
        WHERE a.datname = current_database()
          AND a.usename = current_user
          AND a.application_name = current_setting('application_name')
          AND a.pid <> pg_catalog.pg_backend_pid()
          AND a.state = 'active'
          AND a.wait_event = 'ClientWrite'
          AND a.state_change < now() - $1
        """
    /// Twice the longest statement_timeout of a worker's role (`sql/roles.sql`, 30 s).
    package static let ageMax = Duration.seconds(60)
    let age: Duration

    /// Ends those whose statement began longer ago than this.
    package init(olderThan age: Duration = EndUnreadSessions.ageMax) { self.age = age }

    package func bind(_ parameters: inout Parameters) { parameters.append(interval: age) }

    /// How many were ended.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64() }
    }
}
