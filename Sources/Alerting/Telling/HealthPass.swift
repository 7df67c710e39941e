import Logging
import PostgresClient
import Store
import Synchronization

/// Tells operators of rules of `monitor.health` that stopped holding, and of those that hold again.
///
/// A rule has to fail in two looks in a row by the same worker, so that a process that is just being restarted, or a
/// webhook that is just being processed, raises no alarm. That the rule holds again is told at once. What operators
/// were told last is in the database, so several workers tell a change once, and a restarted one does not repeat it.
final class HealthPass: Sendable {
    /// How long a look may take.
    static let timeout = Duration.seconds(10)
    /// The lock under which changes are recorded.
    static let lockName = "postroom.health-alerts"

    private let pool: ConnectionPool
    private let log: Logger
    /// Rules that failed in the last look and were not yet told.
    private let suspected = Mutex<Set<String>>([])

    init(pool: ConnectionPool, log: Logger) {
        self.pool = pool
        self.log = log
    }

    /// Looks once.
    ///
    /// - Returns: how many changes it recorded.
    @discardableResult
    func run() async throws -> Int {
        let changes = try await pool.run(ReadHealthChanges(), timeout: Self.timeout)
        let failing = Set(changes.filter { !$0.isOK }.map(\.rule))
        let before = suspected.withLock { suspected in
            defer { suspected = failing }
            return suspected
        }
        let sure = changes.filter { $0.isOK || before.contains($0.rule) }
        guard !sure.isEmpty else { return 0 }
        let recorded = try await pool.withConnection(timeout: Self.timeout) { connection, deadline in
            try connection.transaction(deadline: deadline) { connection -> Int in
                guard try connection.run(TryLock(Self.lockName), deadline: deadline) else { return 0 }
                return Int(try connection.run(RecordHealthChanges(sure), deadline: deadline))
            }
        }
        if recorded > 0 {
            log.notice(
                "rules of health changed",
                metadata: [
                    "failed": "\(sure.filter { !$0.isOK }.map(\.rule).joined(separator: " "))",
                    "recovered": "\(sure.filter(\.isOK).map(\.rule).joined(separator: " "))",
                ])
        }
        return recorded
    }
}
