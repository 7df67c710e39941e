import CLibpq

extension Connection {
    /// The answer did not come in time, or a cancel ended the wait for it: the connection is dropped.
    func overdue(_ name: String, commits: Bool) -> PostgresError {
        // Asked before ours, below.
        let wasCancelled = canceller.takeCancelled()
        // The statement may hold locks: end it, unless it is a commit, which must never be cancelled.
        if commits { close() } else { closeCancelling() }
        return PostgresError(
            wasCancelled ? .cancelled : .deadlinePassed, effect: commits ? .unknown : .none, statement: name)
    }

    /// The connection broke, or holds what libpq cannot go on from: it is dropped.
    func broken(_ reason: PostgresError.Reason, _ name: String, commits: Bool) -> PostgresError {
        let message = String(cString: PQerrorMessage(connection))
        close()
        return PostgresError(reason, effect: commits ? .unknown : .none, statement: name, serverMessage: message)
    }

    /// What an error that came as a result says.
    func failure(of result: OpaquePointer, _ name: String, commits: Bool) -> PostgresError {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        let message = String(cString: PQresultErrorMessage(result))
        // After a lost connection libpq makes up a result without a code: go by the connection's state, not by the
        // code.
        guard PQstatus(connection) == CONNECTION_OK, let code = field("C") else {
            close()
            let state = field("C").map { PostgresError.Reason.server(SQLState($0)) } ?? .connectionLost
            return PostgresError(
                state, effect: commits ? .unknown : .none, statement: name, serverMessage: message)
        }
        if SQLState(code) == .queryCanceled, canceller.takeCancelled() {
            return PostgresError(.cancelled, statement: name, serverMessage: message)
        }
        let failure = PostgresError(
            .server(SQLState(code)), statement: name, constraint: field("n"), serverMessage: message)
        // A standby, whatever the way that led to it: by now it may lead to the primary. As long as this connection is
        // sound nobody would find out.
        if SQLState(code) == .readOnlyTransaction { close() }
        return failure
    }
}
