import Metrics
import Runtime
import Synchronization

/// Which of the two ways to durability are open, Postgres and the spool: for the HTTP side, `/readyz` and `/metrics`.
///
/// One way is enough to be ready: with Postgres away, a writable spool takes everything; with Postgres there, nothing
/// needs the spool.
final class IntakeHealth: Sendable {
    private let database = Atomic(false)
    private let answering = Atomic(false)
    private let spool = Atomic(false)
    private let batches = Atomic(0)
    private let publishing = Mutex(())
    private let checks: [Readiness.Check]
    private let databaseRefuses: Readiness.Remark?
    private let spoolUnusable: Readiness.Remark?
    private let databaseGauge = Gauge(label: "postroom_ingress_database_reachable")
    private let spoolGauge = Gauge(label: "postroom_ingress_spool_usable")

    /// Adds its checks, which fail until something is known, and its remarks.
    init(_ readiness: Readiness?, hasSpool: Bool) {
        checks = (hasSpool ? ["database", "spool"] : ["database"]).compactMap { readiness?.addCheck($0) }
        databaseRefuses = hasSpool ? readiness?.addRemark("Postgres does not take webhooks, they go to the spool") : nil
        spoolUnusable = hasSpool ? readiness?.addRemark("the spool is full or cannot be written") : nil
        // Until something is known they are shown as the checks are.
        databaseGauge.record(0)
        if hasSpool { spoolGauge.record(0) }
    }

    /// Whether a webhook that comes now would have a chance.
    var isReady: Bool { isDatabaseReachable || isSpoolUsable }

    /// Whether Postgres took the last batch, or passed a probe and had not failed to take a batch.
    var isDatabaseReachable: Bool { database.load(ordering: .relaxed) }

    /// Whether the spool can be written and has room.
    var isSpoolUsable: Bool { spool.load(ordering: .relaxed) }

    /// Whether Postgres passed the last probe: it would take webhooks from this role, so the drain may try it. Whether it
    /// commits is another question.
    var isDatabaseAnswering: Bool { answering.load(ordering: .relaxed) }

    /// Batches that Postgres took the direct way.
    var batchesStored: Int { batches.load(ordering: .relaxed) }

    /// Postgres took a batch the direct way.
    func countBatch() { batches.add(1, ordering: .relaxed) }

    /// Postgres passes probes, or does not.
    func set(answering isAnswering: Bool) { answering.store(isAnswering, ordering: .relaxed) }

    /// Postgres takes webhooks, or does not.
    func set(database isReachable: Bool) {
        guard database.exchange(isReachable, ordering: .relaxed) != isReachable else { return }
        databaseGauge.record(isReachable ? 1 : 0)
        publish()
    }

    /// The spool can be written and has room, or not.
    func set(spool isUsable: Bool) {
        guard spool.exchange(isUsable, ordering: .relaxed) != isUsable else { return }
        spoolGauge.record(isUsable ? 1 : 0)
        publish()
    }

    /// Under a lock, so that the later of two threads sees what both have set.
    private func publish() {
        publishing.withLock { _ in
            for check in checks { check.set(isReady) }
            databaseRefuses?.set(!isDatabaseReachable)
            spoolUnusable?.set(!isSpoolUsable)
        }
    }
}
