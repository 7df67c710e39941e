import Logging
import Metrics
import PostgresClient
import Runtime
import ServiceLifecycle
import Synchronization

/// Drains the spool whenever Postgres can be reached, as a service: list it before the spool's intake, so that it ends
/// after it.
///
/// Told to stop it goes on while there is something to drain and time of the grace left; what then remains waits for
/// the next start.
final class SpoolDrainer: Service {
    /// How much of the grace is left to whatever ends after it.
    private static let graceKept = Duration.seconds(2)

    private let worker: SpoolDrainWorker
    private let isStopping: StopFlag

    /// Makes one; ``run()`` starts it.
    init(
        _ spool: Spool, database: ConnectionConfiguration, health: IntakeHealth, readiness: Readiness, grace: Duration,
        log: Logger
    ) {
        let isStopping = StopFlag()
        self.isStopping = isStopping
        worker = SpoolDrainWorker(
            spool,
            feed: SpoolFeed(spool, database: database, log: log, storedElsewhere: { [health] in health.batchesStored }),
            health: health, readiness: readiness,
            drainTimeMax: max(.zero, grace - Self.graceKept), isStopping: isStopping, log: log)
    }

    /// Drains until shut down.
    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await worker.run()
        } onCancelOrGracefulShutdown: { [isStopping] in
            isStopping.set()
        }
    }
}

/// Whether somebody was told to stop.
final class StopFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}
