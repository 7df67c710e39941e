import Logging
import Metrics
import PostgresClient
import Runtime

/// The drain's loop, on a thread of its own.
actor SpoolDrainWorker {
    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// How often it looks whether there is something to drain.
    private static let lookInterval = Duration.milliseconds(100)

    private let spool: Spool
    private let feed: SpoolFeed
    private let health: IntakeHealth
    private let readiness: Readiness
    private let drainTimeMax: Duration
    private let isStopping: StopFlag
    private let log: Logger
    private var backoff = ReconnectBackoff(floor: .milliseconds(100), ceiling: .seconds(5))
    private var hangBackoff = ReconnectBackoff(floor: DirectWay.trialPauseMin, ceiling: DirectWay.trialPauseMax)
    private var stopDeadline: Deadline?
    private var hasFailed = false
    private var failureLog: SeldomLog
    private let metrics = SpoolMetrics()

    init(
        _ spool: Spool, feed: SpoolFeed, health: IntakeHealth, readiness: Readiness, drainTimeMax: Duration,
        isStopping: StopFlag, log: Logger
    ) {
        self.spool = spool
        self.feed = feed
        self.health = health
        self.readiness = readiness
        self.drainTimeMax = drainTimeMax
        self.isStopping = isStopping
        self.log = log
        failureLog = SeldomLog("draining the spool failed", to: log)
    }

    /// Drains until it is told to stop. Occupies the thread.
    func run() {
        let leftovers = spool.status.bytes
        if leftovers > 0 { log.notice("the spool holds webhooks to drain", metadata: ["bytes": "\(leftovers)"]) }
        spool.countLeftovers { [isStopping] in !isStopping.isSet }
        while goesOn() {
            metrics.record(spool.status)
            // The group commit's probe finds out when Postgres is back; the drain needs no tries of its own.
            guard health.isDatabaseAnswering, !spool.ledger.isEmpty else {
                rest(Self.lookInterval)
                continue
            }
            let start = ContinuousClock.now
            switch feed.step() {
            case .empty:
                rest(Self.lookInterval)
            case .stored(let webhooks, let new, let refused):
                backoff.reset()
                hangBackoff.reset()
                hasFailed = false
                // With no new webhook to try it, this shows that Postgres commits again.
                health.set(database: true)
                metrics.count(drained: webhooks, new: new, refused: refused)
                rest(spool.configuration.pace.rest(after: webhooks, took: start.duration(to: .now)))
            case .failed(let error):
                // A commit that hangs leaves a server process behind, so try seldom, as with the trials of the direct
                // way.
                restAfter(
                    error,
                    error.effect == .unknown
                        ? hangBackoff.next(jitter: .random(in: 0..<1)) : backoff.next(jitter: .random(in: 0..<1)))
            case .blocked(let failure), .notSetAside(let failure):
                restAfter(failure, backoff.next(jitter: .random(in: 0..<1)))
            }
        }
        metrics.record(spool.status)
        let left = spool.status
        if left.bytes > 0 {
            log.notice("webhooks stay in the spool until the next start", metadata: ["webhooks": "\(left.webhooks)"])
        }
        feed.close()
    }

    /// Once told to stop, one failure is enough: what is left waits for the next start.
    private func restAfter(_ failure: any Error, _ pause: Duration) {
        metrics.countFailure()
        failureLog.warn(failure)
        hasFailed = true
        rest(pause)
    }

    /// Once told to stop, it goes on while something is left that can be stored now, and there is time.
    private func goesOn() -> Bool {
        if readiness.isDraining, stopDeadline == nil { stopDeadline = .in(drainTimeMax) }
        guard isStopping.isSet else { return true }
        let isInTime = stopDeadline.map { !$0.hasPassed } ?? false
        return isInTime && !hasFailed && health.isDatabaseAnswering && spool.status.webhooks > 0
    }

    /// Waits, but not longer than to the next look at whether to stop.
    private func rest(_ duration: Duration) {
        let end = Deadline.in(duration)
        while !end.hasPassed {
            if isStopping.isSet, stopDeadline?.hasPassed ?? true { return }
            min(end, .in(Self.lookInterval)).blockThread()
        }
    }
}
