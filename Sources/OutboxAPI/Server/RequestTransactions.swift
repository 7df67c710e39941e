import Logging
import PostgresClient
import Runtime
import Store
import Synchronization

/// The transactions of all requests but sends: run on a few connections, and repeated where that is safe. Lists have
/// connections of their own, because they may search for long.
final class RequestTransactions: Sendable {
    /// The pause before another try.
    static let pause = Duration.milliseconds(50)

    let pool: ConnectionPool
    let storeDeadline: Duration
    /// One while many fail: every request fails then.
    private let failureLog: Mutex<SeldomLog>

    init(pool: ConnectionPool, storeDeadline: Duration, log: Logger) {
        self.pool = pool
        self.storeDeadline = storeDeadline
        failureLog = Mutex(SeldomLog("a request's transaction failed", to: log))
    }

    /// Runs one statement that reads.
    func read<S: Statement>(_ statement: S) async throws -> S.Output where S.Output: Sendable {
        try await attempt { connection, deadline, _ in try connection.run(statement, deadline: deadline) }
    }

    /// Runs one statement that reads by an index in the order it asks for: see ``ReadInOrder``.
    ///
    /// - Parameter deadline: nil: as far away as that of every other request.
    func readInOrder<S: Statement>(
        _ statement: S, until deadline: Deadline? = nil
    ) async throws -> S.Output where S.Output: Sendable {
        try await attempt(until: deadline) { connection, deadline, _ in
            try Self.read(statement, after: ReadInOrder(), connection, deadline)
        }
    }

    /// Runs one statement that reads, unless it takes longer than that.
    ///
    /// - Returns: nil where it does.
    func read<S: Statement>(
        _ statement: S, within timeMax: Duration, until deadline: Deadline? = nil
    ) async throws -> S.Output? where S.Output: Sendable {
        let limit = LimitStatementTime(timeMax)
        return try await attempt(until: deadline) { connection, deadline, _ in
            do {
                return try Self.read(statement, after: limit, connection, deadline)
            } catch let error as PostgresError where error.sqlState == .queryCanceled {
                return nil
            }
        }
    }

    /// Runs one statement that reads in a transaction that another one has set up.
    private static func read<First: Statement, S: Statement>(
        _ statement: S, after first: First, _ connection: Connection, _ deadline: Deadline
    ) throws -> S.Output {
        do {
            return try connection.transaction(deadline: deadline, first: first) { connection, _ in
                (try connection.run(statement, deadline: deadline), last: nil as S?)
            }.0
        } catch var error as PostgresError {
            // There is nothing whose commit could be in doubt.
            error.effect = .none
            throw error
        }
    }

    /// Runs `work` between BEGIN and COMMIT, again and again until it succeeds or the deadline has passed.
    ///
    /// - Parameter work: is told whether an earlier try may have been committed, in which case it looks first. It
    ///   throws a ``Problem`` to roll back.
    /// - Throws: ``Problem``: the body's, or that nothing was done, or that it is not known.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable (Connection, Deadline, _ isInDoubt: Bool) throws -> Value
    ) async throws -> Value {
        try await attempt { connection, deadline, isInDoubt in
            try connection.transaction(deadline: deadline) { try work($0, deadline, isInDoubt) }
        }
    }

    private func attempt<Value: Sendable>(
        until given: Deadline? = nil, _ work: @escaping @Sendable (Connection, Deadline, Bool) throws -> Value
    ) async throws -> Value {
        let deadline = given ?? Deadline.in(storeDeadline)
        var isInDoubt = false
        while true {
            do {
                let doubt = isInDoubt
                return try await pool.withConnection(timeout: deadline.remaining) { connection, deadline in
                    try work(connection, deadline, doubt)
                }
            } catch let problem as Problem {
                // The body's problem stands even after a try in doubt: this try had its locks, and looked for what that
                // one may have done.
                throw problem
            } catch let error as PostgresError {
                // A conflict with another transaction is over at the next try, and must not hide what is not.
                if !error.isConflict { failureLog.withLock { $0.warn(error) } }
                if error.effect == .unknown { isInDoubt = true }
                guard error.isTransient || isInDoubt, deadline.remaining > Self.pause, !Task.isCancelled else {
                    if isInDoubt { throw Self.unconfirmed }
                    throw error.isTransient ? Problem.unavailable : Problem.internalError
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private static let unconfirmed = Problem(
        .unconfirmed, "Whether it was done is not known. Look at the entry or the balance before you try again.")
}
