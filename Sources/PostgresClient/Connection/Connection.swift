import CLibpq

/// One connection to Postgres on libpq, blocking, for one thread at a time.
///
/// Every wait has a deadline. A connection whose answer did not come in time is dropped, never reused: what would
/// arrive later belongs to another statement. `prototype.md`'s measurements chose blocking calls on a thread of the
/// connection's own over readiness callbacks: each hop between threads costs 10 µs, a round trip has two of them here
/// and four there. An actor gives it that thread with ``ThreadExecutor``; ``ConnectionPool`` does so for everyone else.
public final class Connection {
    /// How often a wait looks whether it was cancelled.
    private static let cancelLookInterval = Duration.milliseconds(500)
    /// How often unsolicited data is read before a commit is sent: a server that ends the connection says so in one
    /// piece, and its notices are few.
    private static let unaskedReadsMax = 16
    /// How long a ROLLBACK may take before the connection is ended instead, which has the same effect on the server.
    private static let rollbackTimeMax = Duration.seconds(3)

    /// nil once closed, which libpq's functions treat as a broken connection.
    var connection: OpaquePointer?
    /// By the statements' types.
    private var prepared: [ObjectIdentifier: PreparedUse] = [:]
    private(set) var mayPrepare = true
    /// How often prepared statements turned out to be unusable; what failed with them is then run anew.
    private(set) var preparationsLost = 0
    let notices: Notices
    /// Ends the running statement from another thread.
    public let canceller: Canceller

    private init(_ connection: OpaquePointer) {
        self.connection = connection
        notices = Notices()
        canceller = Canceller(connection)
        notices.attach(to: connection)
    }

    deinit { PQfinish(connection) }

    /// Connects to the first host of the list that answers as asked, and of a host's addresses to the first that does.
    ///
    /// - Parameter deadline: ends the attempt; each host gets at most its own time-out and an equal share of what is
    ///   left.
    /// - Throws: ``PostgresError`` with the reason of the last host that was tried; no effect.
    public static func open(
        _ configuration: ConnectionConfiguration, deadline: Deadline
    ) throws(PostgresError) -> Connection {
        let hosts = try Hosts(configuration)
        func open(
            _ parameters: [(keyword: String, value: String)], deadline: Deadline
        ) throws(PostgresError) -> Connection {
            let connection = try Self.open(parameters, deadline: deadline)
            if hosts.mustBePrimary { try connection.refuseStandby(deadline: deadline) }
            return connection
        }
        return try first(of: hosts.candidates, until: deadline) { host, share throws(PostgresError) in
            let share = min(share, .in(configuration.hostTimeout))
            guard let name = host.name else { return try open(host.parameters, deadline: share) }
            let addresses = try HostLookup.addresses(of: name, until: share)
            return try first(of: addresses, until: share) { address, share throws(PostgresError) in
                try open(host.parameters + [(keyword: "hostaddr", value: address)], deadline: share)
            }
        }
    }

    /// The first that opens; each gets an equal share of the time left, because a host that answers nothing must leave
    /// time for the others.
    private static func first<Place>(
        of places: [Place], until deadline: Deadline,
        open: (Place, Deadline) throws(PostgresError) -> Connection
    ) throws(PostgresError) -> Connection {
        var failure = PostgresError(.connectionLost, statement: "connect")
        for (index, place) in places.enumerated() {
            if deadline.hasPassed { break }
            do {
                return try open(place, .in(deadline.remaining / (places.count - index)))
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func open(
        _ parameters: [(keyword: String, value: String)], deadline: Deadline
    ) throws(PostgresError) -> Connection {
        let keywords = CStrings(parameters.map(\.keyword))
        let values = CStrings(parameters.map(\.value))
        guard let raw = PQconnectStartParams(keywords.pointers, values.pointers, 0) else {
            throw PostgresError(.connectionLost, statement: "connect")
        }
        // What the server warns of as it lets us in: libpq would write it to standard error, among the lines of the log.
        PQsetNoticeReceiver(raw, { _, _ in }, nil)
        var state = PGRES_POLLING_WRITING
        while true {
            if PQstatus(raw) == CONNECTION_BAD || state == PGRES_POLLING_FAILED {
                let message = String(cString: PQerrorMessage(raw))
                PQfinish(raw)
                throw PostgresError(.connectionLost, statement: "connect", serverMessage: message)
            }
            if state == PGRES_POLLING_OK { break }
            let reads = state == PGRES_POLLING_READING
            guard Socket.wait(raw, forReading: reads, forWriting: !reads, until: deadline) == .ready else {
                PQfinish(raw)
                throw PostgresError(.deadlinePassed, statement: "connect")
            }
            state = PQconnectPoll(raw)
        }
        PQsetnonblocking(raw, 1)
        return Connection(raw)
    }

    /// Whether statements can be sent.
    public var isUsable: Bool { PQstatus(connection) == CONNECTION_OK }

    /// Whether a transaction is open, failed ones included. libpq reads it off every answer: however it was begun.
    public var isInTransaction: Bool {
        let status = PQtransactionStatus(connection)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE
    }

    /// Ends the connection; the server rolls an open transaction back.
    public func close() {
        guard let ended = connection else { return }
        connection = nil
        PQfinish(ended)
    }

    /// Ends the statement that may still run, and then the connection: PgBouncer identifies the statement by the
    /// connection. In the background, because the request to cancel is a blocking call.
    private func closeCancelling() {
        guard let connection else { return }
        self.connection = nil
        let ended = EndedConnection(raw: connection)
        DetachedThread.start { [canceller] in
            canceller.cancel()
            PQfinish(ended.raw)
        }
    }

    /// A connection handed to the thread that ends it.
    private struct EndedConnection: @unchecked Sendable { let raw: OpaquePointer }

    /// Runs one statement, in the open transaction if there is one, else in one of its own.
    ///
    /// - Throws: ``PostgresError``. Within a transaction the effect is ``PostgresError/Effect/none``, because the
    ///   transaction cannot be committed any more; outside one it is unknown where the answer was lost.
    public func run<S: Statement>(_ statement: S, deadline: Deadline) throws(PostgresError) -> S.Output {
        var parameters = Parameters()
        statement.bind(&parameters)
        let step: Step = !isInTransaction && S.access == .writes ? .commitsItself : .plain
        let rows = try perform(S.self, parameters, step, deadline: deadline)
        do throws(PostgresError) {
            return try statement.decode(rows)
        } catch {
            var failure = error
            failure.effect = step.commits ? .unknown : .none
            throw failure
        }
    }

    /// Runs text of one or more statements with the simple protocol, such as a migration. No parameters, no rows.
    ///
    /// Outside a transaction several statements are one implicit transaction, unless the text says otherwise.
    public func runScript(_ sql: String, named name: String, deadline: Deadline) throws(PostgresError) {
        let step: Step = isInTransaction ? .plain : .commitsItself
        _ = try perform(name, step, deadline: deadline) { PQsendQuery($0, sql) }
    }

    /// Runs the body between BEGIN and COMMIT; rolls back where it throws.
    ///
    /// The body is synchronous on purpose: nothing else can slip into the transaction. It may be run a second time,
    /// after the first was rolled back: when a pooler turns out to lose prepared statements, once in a connection's
    /// life, and when a migration has changed a statement's result type.
    /// - Throws: what the body throws, or a ``PostgresError`` of the commit; with effect unknown where its answer was
    ///   lost, did not come before the deadline, or came with a warning that takes it back.
    public func transaction<Value>(
        deadline: Deadline, begin: String = "BEGIN", _ body: (Connection) throws -> Value
    ) throws -> Value {
        guard !isInTransaction else {
            throw PostgresError(.closed, statement: "BEGIN", serverMessage: "a transaction is open already")
        }
        let lostBefore = preparationsLost
        do {
            return try transactionOnce(deadline: deadline, begin: begin, body)
        } catch {
            guard preparationsLost > lostBefore, isUsable else { throw error }
            return try transactionOnce(deadline: deadline, begin: begin, body)
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
            rollBack(deadline: deadline)
            throw error
        }
    }

    /// Runs the body between SAVEPOINT and RELEASE inside a transaction; undoes only the body where it throws.
    public func savepoint<Value>(deadline: Deadline, _ body: (Connection) throws -> Value) throws -> Value {
        try command("SAVEPOINT inner_work", .plain, deadline: deadline)
        do {
            let value = try body(self)
            try command("RELEASE SAVEPOINT inner_work", .plain, deadline: deadline)
            return value
        } catch {
            try command("ROLLBACK TO SAVEPOINT inner_work", .rollback, deadline: deadline)
            throw error
        }
    }

    func rollBack(deadline: Deadline) {
        // A commit that was answered left nothing to undo; one that was never sent left a transaction open.
        guard isInTransaction else { return }
        // A rollback that does not succeed leaves a connection that must not be used.
        do { try command("ROLLBACK", .rollback, deadline: .in(Self.rollbackTimeMax)) } catch { close() }
    }

    /// What a round trip means for the transaction.
    enum Step {
        /// Commits nothing: a part of a transaction, or a statement that reads.
        case plain
        /// A statement outside a transaction that writes.
        case commitsItself
        /// COMMIT.
        case commit
        /// ROLLBACK, of all or to a savepoint.
        case rollback

        /// Whether a lost answer leaves the effect unknown, and a cancel is forbidden.
        var commits: Bool { self == .commitsItself || self == .commit }
        /// Whether it makes sense to begin it once a cancel was requested.
        var heedsCancel: Bool { self == .plain || self == .commitsItself }
    }

    func command(_ text: String, _ step: Step, deadline: Deadline) throws(PostgresError) {
        let rows = try perform(text, step, deadline: deadline) { PQsendQuery($0, text) }
        // COMMIT of a failed transaction answers ROLLBACK, without an error.
        if step == .commit, String(cString: PQcmdStatus(rows.result)) != "COMMIT" {
            throw PostgresError(.unexpectedResult, statement: text, serverMessage: "the transaction had failed")
        }
    }

    /// Sends, waits, and returns the last result.
    private func perform(
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
        if commits, notices.takesCommitBack {
            PQclear(last)
            close()
            throw PostgresError(.commitInDoubt, effect: .unknown, statement: name)
        }
        return Rows(last, statement: name)
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

    /// The last result, or the first error: that is the cause, and what follows only says that the connection ended.
    func lastResult(_ name: String, commits: Bool, deadline: Deadline) throws(PostgresError) -> OpaquePointer {
        var last: OpaquePointer?
        do throws(PostgresError) {
            while true {
                while PQisBusy(connection) == 1 {
                    // What has arrived is taken even after the deadline, but an endless answer is cut off.
                    let isOver = deadline.hasPassed
                    try awaitSocket(name, commits: commits, forWriting: false, deadline: deadline)
                    if isOver, PQisBusy(connection) == 1 { throw overdue(name, commits: commits) }
                }
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

    func flush(_ name: String, commits: Bool, deadline: Deadline) throws(PostgresError) {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1: try awaitSocket(name, commits: commits, forWriting: true, deadline: deadline)
            default: throw broken(.connectionLost, name, commits: commits)
            }
        }
    }

    func awaitSocket(
        _ name: String, commits: Bool, forWriting: Bool, deadline: Deadline
    ) throws(PostgresError) {
        while true {
            let end = canceller.answerDeadline.map { min($0, deadline) } ?? deadline
            let look = min(end, .in(Self.cancelLookInterval))
            switch Socket.wait(connection, forReading: true, forWriting: forWriting, until: look) {
            case .ready:
                if PQconsumeInput(connection) == 0 { throw broken(.connectionLost, name, commits: commits) }
                return
            case .deadlinePassed:
                if end.hasPassed { throw overdue(name, commits: commits) }
            case .failed: throw broken(.connectionLost, name, commits: commits)
            }
        }
    }

    func overdue(_ name: String, commits: Bool) -> PostgresError {
        // Asked before ours, below.
        let wasCancelled = canceller.takeCancelled()
        // The statement may hold locks: end it, unless it is a commit, which must never be cancelled.
        if commits { close() } else { closeCancelling() }
        return PostgresError(
            wasCancelled ? .cancelled : .deadlinePassed, effect: commits ? .unknown : .none, statement: name)
    }

    func broken(_ reason: PostgresError.Reason, _ name: String, commits: Bool) -> PostgresError {
        let message = String(cString: PQerrorMessage(connection))
        close()
        return PostgresError(reason, effect: commits ? .unknown : .none, statement: name, serverMessage: message)
    }

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

    /// Sends a statement by the way it asks for.
    private func perform<S: Statement>(
        _ type: S.Type, _ parameters: Parameters, _ step: Step, deadline: Deadline
    ) throws(PostgresError) -> Rows {
        if S.isPrepared, mayPrepare {
            do throws(PostgresError) {
                return try performPrepared(type, parameters, step, deadline: deadline)
            } catch {
                guard heedLoss(error) else { throw error }
                // If a transaction failed with it, it is run anew; otherwise nothing has been done yet.
                if isInTransaction { throw error }
            }
        }
        return try perform(S.name, step, deadline: deadline) { connection in
            parameters.withPointers { count, oids, values, lengths, formats in
                PQsendQueryParams(connection, S.sql, count, oids, values, lengths, formats, 1)
            }
        }
    }

    private func performPrepared<S: Statement>(
        _ type: S.Type, _ parameters: Parameters, _ step: Step, deadline: Deadline
    ) throws(PostgresError) -> Rows {
        let name = try prepared(type, parameters, deadline: deadline)
        return try perform(S.name, step, deadline: deadline) { connection in
            parameters.withPointers { count, _, values, lengths, formats in
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
            }
        }
    }

    /// The name by which the server knows a statement, for one use; prepares it when that is due.
    func prepared<S: Statement>(
        _ type: S.Type, _ parameters: Parameters, deadline: Deadline
    ) throws(PostgresError) -> String {
        let key = ObjectIdentifier(type)
        var use = prepared[key] ?? PreparedUse(name: PreparedName.of(S.name, sql: S.sql, generation: preparationsLost))
        if let name = use.nextToPrepare {
            _ = try perform(S.name, .plain, deadline: deadline) { connection in
                parameters.withPointers { count, oids, _, _, _ in PQsendPrepare(connection, name, S.sql, count, oids) }
            }
            use.isPrepared(as: name)
        }
        use.count += 1
        prepared[key] = use
        return use.name
    }

    /// Whether an error says that a prepared statement cannot be used any more; what failed with it may then be run
    /// anew.
    ///
    /// Behind a pooler that knows no prepared statements, this server connection may lack our statement, or have it
    /// already: from now on this connection does without. If the result has another type than when it was prepared
    /// (0A000), the same may hold for others: all are prepared anew, each at its next use.
    func heedLoss(_ error: PostgresError) -> Bool {
        switch error.sqlState {
        case .invalidStatementName, .duplicatePreparedStatement: mayPrepare = false
        case .featureNotSupported: prepared = [:]
        default: return false
        }
        preparationsLost += 1
        return true
    }
}
