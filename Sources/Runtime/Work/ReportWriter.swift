import CoreMetrics
import Logging
import PostgresClient
import ServiceLifecycle

/// Where reports on leased work are written.
public protocol ReportStore: Sendable {
    /// What came of one piece of work.
    associatedtype Report: Sendable

    /// Writes reports in one transaction. Written twice they do nothing the second time: every write that ends a lease
    /// repeats its fence.
    func store(_ batch: [Report], on connection: Connection) throws

    /// The same with no words of others in it, for where Postgres refuses what they said; nil where there are none.
    func withoutWords(_ report: Report) -> Report?
}

/// Writes reports, all that came since the last transaction began in the next, up to a bound, on a connection and a thread
/// of its own.
///
/// A transaction whose end is not known is written again until it is: whatever it did, the second time changes nothing.
/// While Postgres is away reports wait here, bounded by the calls in flight, as no call begins while too many wait;
/// where the process is killed over it, its leases end and the work is rescued. As a service it comes before the calls,
/// so that it ends after them.
public actor ReportWriter<Store: ReportStore>: Service {
    /// Reports in one transaction at most.
    public static var batchMax: Int { 500 }
    /// The time from one batch's first try to the next's at least, so that under load more are written together. What a
    /// transaction costs however few it writes was a seventh of all that a send costs Postgres (at 4 000 a second). 20
    /// or 40 ms would bring as much again, and leave as much more in doubt where a process dies.
    public static var transactionInterval: Duration { .milliseconds(10) }

    private let executor = ThreadExecutor()
    /// The writer's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let store: Store
    private let database: ConnectionConfiguration
    private let failures: Counter
    private let log: Logger
    private nonisolated let pending = PendingReports<Store.Report>()
    private var connection: Connection?
    private var backoff = ReconnectBackoff(ceiling: .milliseconds(500))
    private var nextTransaction = Deadline.in(.zero)

    /// A writer that counts its failures.
    public init(_ store: Store, database: ConnectionConfiguration, failures: Counter, log: Logger) {
        self.store = store
        self.database = database
        self.failures = failures
        self.log = log
    }

    /// Reports that wait.
    public nonisolated var pendingCount: Int { pending.count }

    /// Queues reports to be written soon.
    public nonisolated func record(_ reports: some Sequence<Store.Report>) {
        guard pending.add(reports) else { return }
        Task { await write() }
    }

    /// Stays until shut down, and then writes what still waits.
    public func run() async throws {
        try? await gracefulShutdown()
        write()
        connection?.close()
        connection = nil
    }

    /// Writes until nothing waits. Occupies the thread.
    public func write() {
        while true {
            nextTransaction.blockThread()
            guard let batch = pending.take(Self.batchMax) else { return }
            nextTransaction = .in(Self.transactionInterval)
            write(batch)
        }
    }

    private func write(_ batch: [Store.Report]) {
        while true {
            do {
                let connection = try Connection.usable(&connection, database, deadline: .in(.seconds(10)))
                try store.store(batch, on: connection)
                backoff.reset()
                return
            } catch {
                failures.increment()
                let failure = error as? PostgresError
                if failure?.sqlState?.blamesData == true { return writeSingly(batch, cause: error) }
                // A conflict with another transaction is nobody's fault, and over after a short pause, too.
                if failure?.sqlState != .deadlockDetected && failure?.sqlState != .serializationFailure {
                    log.warning(
                        "recording outcomes failed", metadata: ["error": "\(error)", "count": "\(batch.count)"])
                }
                Deadline.in(backoff.next(jitter: .random(in: 0..<1))).blockThread()
            }
        }
    }

    /// One report's words are not to Postgres's liking: they must not hold up the others, and what matters of that one
    /// is written without them.
    private func writeSingly(_ batch: [Store.Report], cause: any Error) {
        if batch.count > 1 {
            for report in batch { write([report]) }
        } else if let wordless = batch.first.flatMap({ store.withoutWords($0) }) {
            log.error("Postgres refused the words of an outcome", metadata: ["error": "\(cause)"])
            write([wordless])
        } else {
            // Its lease ends, and it is rescued.
            log.critical("an outcome could not be recorded", metadata: ["error": "\(cause)"])
        }
    }
}
