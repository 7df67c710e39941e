import CLibpq

extension Connection {
    /// Runs a transaction whose first statement travels with BEGIN, and whose last one travels with COMMIT: that saves
    /// two round trips over ``transaction(deadline:begin:_:)``, and as many switches between client and server.
    ///
    /// The body is given the result of the first statement, and may run more. If the last statement fails, nothing is
    /// committed. If the answer to it is lost, or does not come in time, the effect is unknown, because COMMIT follows
    /// it on the wire: it is not cancelled either. Everything else is as there, including that the body may be run a
    /// second time.
    ///
    /// - Returns: what the body returned beside the last statement, and that statement's result; nil where there was
    ///   none.
    public func transaction<First: Statement, Last: Statement, Value>(
        deadline: Deadline, first: First, _ body: (Connection, First.Output) throws -> (Value, last: Last?)
    ) throws -> (Value, last: Last.Output?) {
        try onceMoreAfterLoss { try flights(deadline: deadline, first: first, body) }
    }

    private func flights<First: Statement, Last: Statement, Value>(
        deadline: Deadline, first: First, _ body: (Connection, First.Output) throws -> (Value, last: Last?)
    ) throws -> (Value, last: Last.Output?) {
        let lossesBefore = preparations.losses
        do {
            let parts = [Part.begin, try part(first, deadline: deadline)]
            let opened = try fly(parts, .plain, deadline: deadline)
            let (value, last) = try body(self, try first.decode(opened[1]))
            guard let last else {
                try command("COMMIT", .commit, deadline: deadline)
                return (value, nil)
            }
            let closed = try fly([try part(last, deadline: deadline), .commit], .commit, deadline: deadline)
            do throws(PostgresError) {
                return (value, try last.decode(closed[0]))
            } catch {
                var failure = error
                failure.effect = .unknown
                throw failure
            }
        } catch {
            // What the body ran has been heeded, what travelled has not.
            if preparations.losses == lossesBefore, let error = error as? PostgresError {
                _ = preparations.heedLoss(error)
            }
            rollBack()
            throw error
        }
    }

    /// One of the statements that travel together.
    private struct Part {
        let name: String
        let send: (OpaquePointer) -> Int32

        /// A statement without parameters. Not sent by the simple protocol, which cannot travel with others.
        private static func command(_ text: String) -> Part {
            Part(name: text) { PQsendQueryParams($0, text, 0, nil, nil, nil, nil, 1) }
        }
        static var begin: Part { command(Connection.readCommitted) }
        static var commit: Part { command("COMMIT") }
    }

    private func part<S: Statement>(_ statement: S, deadline: Deadline) throws(PostgresError) -> Part {
        var parameters = Parameters()
        statement.bind(&parameters)
        let bound = parameters
        guard S.isPrepared, preparations.arePossible else {
            return Part(name: S.name) { connection in
                bound.withPointers { count, oids, values, lengths, formats in
                    PQsendQueryParams(connection, S.sql, count, oids, values, lengths, formats, 1)
                }
            }
        }
        let name = try prepared(S.self, bound, deadline: deadline)
        return Part(name: S.name) { connection in
            bound.withPointers { count, _, values, lengths, formats in
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
            }
        }
    }

    /// Sends statements together and waits for the answers to all. If one fails, the server skips those after it.
    ///
    /// - Parameter step: `.commit` where COMMIT is the last of them, else `.plain`.
    private func fly(_ parts: [Part], _ step: Step, deadline: Deadline) throws(PostgresError) -> [Rows] {
        let flight = parts.last?.name ?? ""
        let connection = try ready(flight, step, deadline: deadline)
        let commits = step.commits
        if commits { canceller.setCommitting(true) }
        defer { if commits { canceller.setCommitting(false) } }
        guard PQenterPipelineMode(connection) == 1, parts.allSatisfy({ $0.send(connection) == 1 }),
            PQpipelineSync(connection) == 1
        else {
            // A large flight goes out in pieces before its end is written: COMMIT may have been sent.
            throw broken(.connectionLost, flight, commits: commits)
        }
        try flush(flight, commits: commits, deadline: deadline)
        var rows: [Rows] = []
        var failure: PostgresError?
        for part in parts {
            let result = try lastResult(part.name, commits: commits, deadline: deadline)
            if !Self.isError(result) {
                rows.append(Rows(result, statement: part.name))
                continue
            }
            defer { PQclear(result) }
            // Only the first failure says why: the statements after it were skipped.
            if failure == nil { failure = self.failure(of: result, part.name, commits: commits) }
            guard isUsable else { break }
        }
        if let failure, !isUsable { throw failure }
        try endFlight(flight, commits: commits, deadline: deadline)
        if let failure { throw failure }
        guard commits else { return rows }
        try refuseTakenBack(flight)
        if let last = rows.last { try checkCommitted(last, flight) }
        return rows
    }

    /// Takes the mark after the last answer: the server is done with the flight.
    private func endFlight(_ name: String, commits: Bool, deadline: Deadline) throws(PostgresError) {
        try awaitAnswer(name, commits: commits, deadline: deadline)
        let mark = PQgetResult(connection)
        defer { PQclear(mark) }
        guard PQresultStatus(mark) == PGRES_PIPELINE_SYNC, PQexitPipelineMode(connection) == 1 else {
            throw broken(.connectionLost, name, commits: commits)
        }
    }
}
