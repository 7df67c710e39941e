import PostgresClient
import Store
import Synchronization

/// Brings a database to what a `sql/` folder holds.
///
/// Any number may run at once: each file has a transaction of its own that first takes the advisory lock and then plans
/// anew from what is recorded, so what another migrator has done meanwhile is no longer in the plan. This also makes it
/// safe to try again after a commit whose answer was lost.
package struct Migrator: Sendable {
    let folder: MigrationFolder
    private let configuration: ConnectionConfiguration
    private let limits: MigratorLimits

    /// Makes a migrator; connects nothing yet.
    package init(_ configuration: ConnectionConfiguration, folder: MigrationFolder) {
        self.init(configuration, folder: folder, limits: MigratorLimits())
    }

    /// The same with bounds of its own.
    init(_ configuration: ConnectionConfiguration, folder: MigrationFolder, limits: MigratorLimits) {
        self.configuration = configuration
        self.folder = folder
        self.limits = limits
    }

    /// What ``run(report:)`` would do now. Reads only, without the lock.
    func plan() async throws(MigrateFailure) -> [MigrationStep] {
        try await withPool { pool throws(MigrateFailure) in try await plan(pool) }
    }

    /// Does everything that is to be done, file by file.
    ///
    /// - Parameter report: told of every event, on any thread, after the fact is certain.
    /// - Returns: the steps that this migrator did; another one may have done others meanwhile.
    package func run(
        report: @escaping @Sendable (MigrationEvent) -> Void
    ) async throws(MigrateFailure) -> [MigrationStep] {
        try await withPool { pool throws(MigrateFailure) in
            // First without the lock: a wrong address or a changed file is reported at once, even while another
            // migrator works.
            guard try await !plan(pool).isEmpty else { return [] }
            var done: [MigrationStep] = []
            while let step = try await next(pool, report) { done.append(step) }
            return done
        }
    }

    private func withPool<Value: Sendable>(
        _ body: (ConnectionPool) async throws(MigrateFailure) -> Value
    ) async throws(MigrateFailure) -> Value {
        let pool = ConnectionPool(configuration, capacity: 1)
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    private func plan(_ pool: ConnectionPool) async throws(MigrateFailure) -> [MigrationStep] {
        do {
            return try await pool.withConnection(timeout: MigratorLimits.readTimeout) { [folder] connection, deadline in
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                return try connection.transaction(deadline: deadline, begin: begin) { connection in
                    try planMigrations(folder, recorded: recordedMigrations(connection, deadline))
                }
            }
        } catch {
            throw MigrateFailure(error, path: nil)
        }
    }

    /// Does the first step of the plan; nil where nothing is left to do.
    private func next(
        _ pool: ConnectionPool, _ report: @escaping @Sendable (MigrationEvent) -> Void
    ) async throws(MigrateFailure) -> MigrationStep? {
        var tries = 1
        while true {
            let path = Mutex<String?>(nil)
            do {
                return try await attempt(pool, report) { started in path.withLock { $0 = started } }
            } catch {
                let file = path.withLock { $0 }
                let failure = MigrateFailure(error, path: file)
                guard case .database(let error, _) = failure, error.isTransient, error.reason != .deadlinePassed else {
                    throw failure
                }
                guard tries < limits.triesMax else {
                    guard error.sqlState == .lockNotAvailable, let file else { throw failure }
                    throw .lockHeld(path: file, tries: tries)
                }
                tries += 1
                report(
                    .retrying(
                        path: file ?? "migrations", reason: error.retryReason, nextTry: tries,
                        triesMax: limits.triesMax))
                // Cut short where the task is cancelled; the next try then says so.
                try? await Task.sleep(for: limits.pause)
            }
        }
    }

    private func attempt(
        _ pool: ConnectionPool, _ report: @escaping @Sendable (MigrationEvent) -> Void,
        started: @escaping @Sendable (String) -> Void
    ) async throws -> MigrationStep? {
        let work = MigrationWork(folder: folder, lockTimeout: limits.lockTimeout)
        let outcome = try await pool.withConnection(timeout: limits.fileTimeout) { connection, deadline in
            var start = ContinuousClock.now
            let step = try connection.transaction(
                deadline: deadline, begin: "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE"
            ) { connection in
                try work.lock(connection, deadline) { report(.waiting) }
                start = .now
                return try work.doNext(connection, deadline, started: started)
            }
            return (step, start.duration(to: .now))
        }
        guard let step = outcome.0 else { return nil }
        report(.done(step, after: outcome.1))
        return step
    }
}

extension MigrateFailure {
    /// Sorts out what came from below.
    fileprivate init(_ error: any Error, path: String?) {
        switch error {
        case let problem as MigrationProblem: self = .problem(problem)
        case let error as PostgresError: self = .database(error, path: path)
        default: self = .database(PostgresError(.cancelled, statement: "migrate"), path: path)
        }
    }
}

extension PostgresError {
    fileprivate var retryReason: String {
        sqlState == .lockNotAvailable ? "a lock it needs is held" : reasonInWords
    }
}
