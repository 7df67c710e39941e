import Logging
import ServiceLifecycle

/// The way into the spool, as a service: list it before the group commit, so that it ends after it.
public final class SpoolIntake: Service {
    private let pending: PendingSubmissions
    private let writer: SpoolWriter

    /// Makes one; ``run()`` starts it.
    init(_ spool: Spool, health: IntakeHealth, log: Logger) {
        pending = PendingSubmissions(
            itemsMax: spool.configuration.pendingItemsMax, bytesMax: spool.configuration.pendingBytesMax)
        writer = SpoolWriter(spool, pending: pending, health: health, log: log)
    }

    /// Queues a submission for the next write; false where there is no room for it.
    func add(_ item: PendingSubmissions.Item) -> Bool { pending.add(item) }

    /// Writes until shut down, and then what still waits.
    public func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await writer.run()
        } onCancelOrGracefulShutdown: {
            self.pending.close()
        }
    }
}
