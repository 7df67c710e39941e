import CLibpq

extension Connection {
    /// How often unsolicited data is read before a commit is sent: a server that ends the connection says so in one
    /// piece, and its notices are few.
    private static let unaskedReadsMax = 16

    /// What a round trip means for the transaction.
    enum Step {
        /// Commits nothing: a part of a transaction, or a statement that reads.
        case plain
        /// A statement outside a transaction that writes.
        case commitsItself
        /// COMMIT.
        case commit
        /// ROLLBACK.
        case rollback

        /// Whether a lost answer leaves the effect unknown, and a cancel is forbidden.
        var commits: Bool { self == .commitsItself || self == .commit }
        /// Whether it makes sense to begin it once a cancel was requested.
        var heedsCancel: Bool { self == .plain || self == .commitsItself }
    }

    /// Sends, waits, and returns the last result.
    func perform(
        _ name: String, _ step: Step, deadline: Deadline, _ send: (OpaquePointer) -> Int32
    ) throws(PostgresError) -> Rows {
        let connection = try ready(name, step, deadline: deadline)
        let commits = step.commits
        if commits { canceller.setCommitting(true) }
        defer { if commits { canceller.setCommitting(false) } }
        guard send(connection) == 1 else {
            throw broken(.connectionLost, name, commits: commits)
        }
        try flush(name, commits: commits, deadline: deadline)
        let last = try lastResult(name, commits: commits, deadline: deadline)
        if Self.isError(last) {
            defer { PQclear(last) }
            throw failure(of: last, name, commits: commits)
        }
        let rows = Rows(last, statement: name)
        if commits { try refuseTakenBack(name) }
        return rows
    }

    /// The connection, if it can be used and that makes sense.
    func ready(_ name: String, _ step: Step, deadline: Deadline) throws(PostgresError) -> OpaquePointer {
        guard isUsable, let connection else { throw PostgresError(.connectionLost, statement: name) }
        if deadline.hasPassed {
            throw PostgresError(.deadlinePassed, statement: name)
        }
        // The server forgets a cancel that comes between two statements; and a commit that would be abandoned at once
        // is not sent.
        if step.heedsCancel ? canceller.takeCancelled() : step == .commit && canceller.answerDeadline?.hasPassed == true
        {
            throw PostgresError(.cancelled, statement: name)
        }
        // The connection ended while nothing waited for it: what was not sent has not been done.
        if step.commits, hasEnded(connection) { throw broken(.connectionLost, name, commits: false) }
        notices.reset()
        return connection
    }

    /// Whether the server has ended the connection, as far as its unsolicited messages tell.
    private func hasEnded(_ connection: OpaquePointer) -> Bool {
        for _ in 0..<Self.unaskedReadsMax {
            guard Socket.wait(connection, forReading: true, forWriting: false, until: .in(.zero)) == .ready else {
                return false
            }
            if PQconsumeInput(connection) == 0 || !isUsable { return true }
        }
        return false
    }

    /// Refuses a commit that was reported together with a warning that takes it back.
    func refuseTakenBack(_ name: String) throws(PostgresError) {
        guard notices.takesCommitBack else { return }
        close()
        throw PostgresError(.commitInDoubt, effect: .unknown, statement: name)
    }

    /// Refuses a commit that was reported by a server which says that the transaction is open all the same.
    func refuseStillOpen(_ name: String) throws(PostgresError) {
        guard isInTransaction else { return }
        close()
        throw PostgresError(.commitInDoubt, effect: .unknown, statement: name)
    }

    /// The last result, or the first error: that is the cause, and what follows only says that the connection ended.
    func lastResult(_ name: String, commits: Bool, deadline: Deadline) throws(PostgresError) -> OpaquePointer {
        var last: OpaquePointer?
        do throws(PostgresError) {
            while true {
                try awaitAnswer(name, commits: commits, deadline: deadline)
                guard let next = PQgetResult(connection) else { break }
                if Self.isCopy(next) {
                    // libpq would return this result again and again.
                    PQclear(next)
                    throw broken(.unexpectedResult, name, commits: commits)
                }
                if let previous = last, Self.isError(previous) {
                    PQclear(next)
                } else {
                    if let last { PQclear(last) }
                    last = next
                }
            }
        } catch {
            if let last { PQclear(last) }
            throw error
        }
        guard let last else { throw broken(.connectionLost, name, commits: commits) }
        return last
    }

    static func isError(_ result: OpaquePointer) -> Bool {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: false
        default: true
        }
    }

    private static func isCopy(_ result: OpaquePointer) -> Bool {
        let status = PQresultStatus(result)
        return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH
    }
}
