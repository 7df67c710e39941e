import CoreMetrics
import Logging
import PostgresClient
import ServiceLifecycle

/// Where reports on leased work are written.
package protocol ReportStore: Sendable {
    /// What came of one piece of work.
    associatedtype Report: Sendable

    /// Writes reports in one transaction, all or none. Written twice they do nothing the second time: every write that
    /// ends a lease repeats its fence.
    ///
    /// - Parameter lockWait: how long it may wait for a lock; nil for what the role may.
    func store(_ batch: [Report], lockWait: Duration?, on connection: Connection) throws

    /// The same without others' text, for where Postgres refuses that; nil where there is none in it.
    func withoutWords(_ report: Report) -> Report?
}

/// Writes reports, all that came since the last transaction began in the next, up to a bound, on a connection and a
/// thread of its own.
///
/// A transaction with an unknown outcome is written again until it is known: whatever the first try did, the second
/// changes nothing. While Postgres is away, reports wait here, bounded by the calls in flight, because no call begins
/// while too many wait; if the process is killed meanwhile, its leases end and the work is rescued. List this service
/// before the calls, so that it ends after them.
///
/// A report that makes its batch fail, because somebody holds its row locked or it cannot be read, holds up no other:
/// it is left for a while (``BatchIsolation``). Reports that are left wait here, too, and count as waiting.
package actor ReportWriter<Store: ReportStore>: Service {
    /// Reports in one transaction at most.
    static var batchMax: Int { 500 }
    /// The least time from one batch's first try to the next one's, so that under load more reports are written
    /// together. The fixed cost of a transaction was a seventh of all that a send costs Postgres (at 4 000 a second).
    /// 20 or 40 ms would save as much again, and leave as much more in doubt if a process dies.
    static var transactionInterval: Duration { .milliseconds(10) }
    /// How long a report that could not be written is left. Short, because its lease runs.
    static var leftSpan: Duration { .seconds(5) }

    private let executor = ThreadExecutor()
    /// The writer's own thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let store: Store
    private let failures: Counter
    private let log: Logger
    private var failureLog: SeldomLog
    private nonisolated let pending = PendingReports<Store.Report>()
    private var held: HeldConnection
    private var nextTransaction = Deadline.in(.zero)
    /// What cannot be written now is not left any more.
    private var isEnding = false

    /// A writer that counts its failures.
    package init(_ store: Store, database: ConnectionConfiguration, failures: Counter, log: Logger) {
        self.store = store
        held = HeldConnection(database)
        self.failures = failures
        self.log = log
        failureLog = SeldomLog("recording outcomes failed", to: log)
    }

    /// Reports that wait.
    package nonisolated var pendingCount: Int { pending.count }

    /// Queues reports to be written soon.
    package nonisolated func record(_ reports: some Sequence<Store.Report>) {
        guard pending.add(reports) else { return }
        Task { await write() }
    }

    /// Runs until shut down, and then writes what still waits; what was left, and cannot be written even then, is
    /// rescued when its lease ends.
    package func run() async throws {
        try? await gracefulShutdown()
        write()
        isEnding = true
        for report in pending.takeLeft() { write([report], lockWait: BatchSearch.lockWait) }
        held.close()
    }

    /// Writes until nothing waits that is due. Occupies the thread.
    package func write() {
        while true {
            nextTransaction.blockThread()
            switch pending.take(Self.batchMax) {
            case .batch(let batch):
                nextTransaction = .in(Self.transactionInterval)
                write(batch)
            case .left(let report): write([report], lockWait: BatchSearch.lockWait)
            case nil: return
            }
        }
    }

    private func write(_ batch: [Store.Report], lockWait: Duration? = nil) {
        var open = batch
        while !open.isEmpty {
            do {
                let connection = try held.usable()
                do {
                    try store.store(open, lockWait: lockWait, on: connection)
                    open = []
                } catch let error as PostgresError where error.isRowsDoing {
                    failures.increment()
                    try isolate(&open, cause: error, on: connection)
                }
                held.succeeded()
            } catch {
                failures.increment()
                // A conflict with another transaction is nobody's fault, and over after a short pause, too.
                if (error as? PostgresError)?.isConflict != true {
                    failureLog.warn(error, count: open.count)
                }
                held.failed()
            }
        }
    }

    /// One report made the whole batch fail: the others are written, it is left, or written without the words that
    /// Postgres refuses. What a search of ``BatchSearch/timeMax`` did not come to is left, too.
    ///
    /// - Parameter open: the batch; what was dealt with is taken out, even where the search is ended by a failure that
    ///   no row caused.
    private func isolate(_ open: inout [Store.Report], cause: PostgresError, on connection: Connection) throws {
        let batch = open
        var findings = BatchIsolation<Int>.Findings()
        let end = Deadline.in(BatchSearch.timeMax)
        let search = BatchIsolation<Int>(isOver: { end.hasPassed }) { places in
            try self.store.store(
                places.map { batch[$0] }, lockWait: BatchSearch.lockWait, on: connection)
            return places.count
        }
        var failure: (any Error)?
        do { try search.search(Array(batch.indices), cause: cause, into: &findings) } catch { failure = error }
        let left = findings.left + findings.unsearched
        // Of a search that failed also what passed: written again it changes nothing.
        let found = Set(left + findings.refused.map(\.key))
        let rest = failure == nil ? [] : batch.indices.filter { !found.contains($0) }
        open = rest.map { batch[$0] }
        leave(left.map { batch[$0] }, cause: cause)
        for (place, cause) in findings.refused { writeRefused(batch[place], cause: cause) }
        if let failure { throw failure }
    }

    private func leave(_ reports: [Store.Report], cause: PostgresError) {
        guard !reports.isEmpty else { return }
        log.error(
            isEnding ? "outcomes that cannot be written, left to be rescued" : "outcomes that cannot be written yet",
            metadata: ["error": "\(cause)", "count": "\(reports.count)"])
        guard !isEnding else { return }
        let due = ContinuousClock.now.advanced(by: Self.leftSpan)
        pending.leave(reports, until: due)
        Task {
            try? await Task.sleep(until: due, clock: .continuous)
            if !isEnding, pending.beginAgain() { write() }
        }
    }

    /// Postgres rejected the provider's text: records the outcome without it.
    private func writeRefused(_ report: Store.Report, cause: PostgresError) {
        if let wordless = store.withoutWords(report) {
            log.error("Postgres refused the words of an outcome", metadata: ["error": "\(cause)"])
            write([wordless])
        } else {
            // Its lease ends, and it is rescued.
            log.critical("an outcome could not be recorded", metadata: ["error": "\(cause)"])
        }
    }
}
