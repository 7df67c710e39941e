import Metrics
import Runtime
import Synchronization

/// What the workers of a process have done, for heartbeats, metrics and readiness.
final class WorkerCounts: Sendable {
    private let settledCount = Atomic<Int64>(0)
    private let isReachable: Readiness.Check
    private let processed = Counter(label: "postroom_webhooks_processed_total")
    private let buried = Counter(label: "postroom_webhooks_buried_total")
    private let duplicates = Counter(label: "postroom_webhooks_duplicate_total")
    private let conflicts = Counter(label: "postroom_webhooks_conflict_total")
    private let optOuts = Counter(label: "postroom_webhooks_opt_out_total")
    private let optOutsUnreadable = Counter(label: "postroom_webhooks_opt_out_unreadable_total")
    private let rollbacks = Counter(label: "postroom_webhook_batches_deadlocked_total")

    /// Starts at nothing; `reachable` is the readiness check of the database.
    init(reachable: Readiness.Check) { isReachable = reachable }

    /// Webhooks settled since the start.
    var settled: Int64 { settledCount.load(ordering: .relaxed) }

    func add(_ result: BatchResult) {
        guard !result.seqs.isEmpty else { return }
        settledCount.add(Int64(result.seqs.count), ordering: .relaxed)
        processed.increment(by: result.processed)
        buried.increment(by: result.buried)
        duplicates.increment(by: result.duplicates)
        conflicts.increment(by: result.conflicts)
        optOuts.increment(by: result.optOuts)
        optOutsUnreadable.increment(by: result.optOutsUnreadable)
    }

    func conflictRolledBack() { rollbacks.increment() }

    func setReachable(_ value: Bool) { isReachable.set(value) }
}
