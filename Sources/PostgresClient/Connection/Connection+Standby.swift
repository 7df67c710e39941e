import CLibpq

extension Connection {
    /// What is said of a server that is a standby; see ``ConnectMessage``.
    static let standbyFailure = "the server is a standby"

    /// Ends the connection where its server is a standby.
    ///
    /// libpq's `target_session_attrs` believes what the server said when the connection was made. PgBouncer repeats what
    /// it was told once, also after the standby has been promoted (seen with 1.18), and would be refused for as long as it
    /// runs. So that is believed only of a server that says that it is none; else it is asked.
    /// - Throws: ``PostgresError``, without effect: it is a standby, or did not answer.
    func refuseStandby(deadline: Deadline) throws(PostgresError) {
        if let told = PQparameterStatus(connection, "in_hot_standby"), String(cString: told) == "off" { return }
        guard try run(IsStandby(), deadline: deadline) else { return }
        close()
        throw PostgresError(.connectionLost, statement: "connect", serverMessage: Self.standbyFailure)
    }
}

/// Asks whether the server is a standby.
private struct IsStandby: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT pg_catalog.pg_is_in_recovery()"

    func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}
