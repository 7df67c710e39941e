import CLibpq

extension Connection {
    /// How long a ROLLBACK may take before the connection is ended instead, which has the same effect on the server.
    private static let rollbackTimeMax = Duration.seconds(3)
    /// How a transaction begins. Each statement sees what was committed before it: who waited for a lock must read what its
    /// last holder wrote, also where a database's default is another isolation.
    public static let readCommitted = "BEGIN ISOLATION LEVEL READ COMMITTED"

    /// Runs the body between BEGIN and COMMIT; rolls back where it throws.
    ///
    /// The body is synchronous on purpose: nothing else can slip into the transaction. It may be run a second time,
    /// after the first was rolled back: when a pooler turns out to lose prepared statements, once in a connection's
    /// life, and when a migration has changed a statement's result type.
    /// - Throws: what the body throws, or a ``PostgresError`` of the commit; with effect unknown where its answer was
    ///   lost, did not come before the deadline, or came with a warning that takes it back.
    public func transaction<Value>(
        deadline: Deadline, begin: String = Connection.readCommitted, _ body: (Connection) throws -> Value
    ) throws -> Value {
        try onceMoreAfterLoss { try transactionOnce(deadline: deadline, begin: begin, body) }
    }

    /// Runs a transaction, and a second time where the first failed because prepared statements were lost.
    func onceMoreAfterLoss<Value>(_ transaction: () throws -> Value) throws -> Value {
        guard !isInTransaction else {
            throw PostgresError(.misused, statement: "BEGIN", serverMessage: "a transaction is open already")
        }
        let lossesBefore = preparations.losses
        do {
            return try transaction()
        } catch {
            guard preparations.losses > lossesBefore, isUsable else { throw error }
            return try transaction()
        }
    }

    private func transactionOnce<Value>(
        deadline: Deadline, begin: String, _ body: (Connection) throws -> Value
    ) throws -> Value {
        try command(begin, .plain, deadline: deadline)
        do {
            let value = try body(self)
            try command("COMMIT", .commit, deadline: deadline)
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Rolls back what is open.
    func rollBack() {
        // A commit that was answered left nothing to undo; one that was never sent left a transaction open.
        guard isInTransaction else { return }
        // A rollback that does not succeed leaves a connection that must not be used.
        do { try command("ROLLBACK", .rollback, deadline: .in(Self.rollbackTimeMax)) } catch { close() }
    }

    /// BEGIN, COMMIT or ROLLBACK.
    func command(_ text: String, _ step: Step, deadline: Deadline) throws(PostgresError) {
        let rows = try perform(text, step, deadline: deadline) { PQsendQuery($0, text) }
        if step == .commit { try checkCommitted(rows, text) }
    }

    /// COMMIT of a failed transaction answers ROLLBACK, without an error.
    func checkCommitted(_ answer: Rows, _ name: String) throws(PostgresError) {
        guard String(cString: PQcmdStatus(answer.result)) == "COMMIT" else {
            throw PostgresError(.unexpectedResult, statement: name, serverMessage: "the transaction had failed")
        }
        try refuseStillOpen(name)
    }
}
