import Logging
import ServiceLifecycle

/// The way into the spool, as a service: list it before the group commit, so that it ends after it.
final class SpoolIntake: Service {
    private let pending: PendingSubmissions
    private let writer: SpoolWriter
    private let watch: WriteWatch
    private let health: IntakeHealth

    /// Makes one; ``run()`` starts it.
    ///
    /// - Parameter direct: The group commit's queue, which takes back what the spool refuses while there is time; nil
    ///   where that is refused at once.
    init(_ spool: Spool, direct: PendingSubmissions? = nil, health: IntakeHealth, log: Logger) {
        pending = PendingSubmissions(
            itemsMax: spool.configuration.pendingItemsMax, bytesMax: spool.configuration.pendingBytesMax)
        watch = WriteWatch(timeMax: spool.configuration.writeTimeMax)
        writer = SpoolWriter(spool, pending: pending, direct: direct, watch: watch, health: health, log: log)
        self.health = health
    }

    /// Queues a submission for the next write; false where there is no room for it, or the disk hangs.
    func add(_ item: PendingSubmission) -> Bool { lookAfterDisk() && pending.add(item) }

    /// Reports that the disk hangs, if it does; the writer itself reports when it has come back. From any thread.
    ///
    /// - Returns: Whether it does not.
    @discardableResult
    func lookAfterDisk() -> Bool {
        guard watch.hangs else { return true }
        health.set(spool: false)
        return false
    }

    /// Writes until shut down, and then what still waits.
    func run() async throws {
        await pending.run { await writer.run() }
    }
}
