import Synchronization

/// How far the workers of a process have claimed, and when the true start of the queue is looked at again. Changed by
/// ``ClaimCursor`` alone.
///
/// Rows that came free, or were committed late, below what has been claimed are found by a sweep from the start. It
/// runs when a worker is idle, after a rollback, and every second, by one worker at a time for all. After each sweep
/// there is a rest, so that sweeps take a small share of the time: under a held snapshot a sweep has to pass every row
/// that died since.
struct ClaimReach: Sendable, Equatable {
    /// The longest time between sweeps while there is work. 1 s.
    static let sweepInterval = Duration.seconds(1)
    /// A sweep that took `t` is followed by none for `t` times this: 3 % of one worker's time at most.
    static let restFactor = 32
    /// After this long without a sign of a sweep, the other workers give it up: the longest a worker's transaction may
    /// take.
    static let sweepTimeMax = WebhookWorker.transactionTimeout

    /// The highest `seq` claimed.
    var highest: Int64 = 0
    /// Whether rows below are free again.
    var wantsSweep = false
    var nextSweep: ContinuousClock.Instant
    var earliestSweep: ContinuousClock.Instant
    /// While one of the workers sweeps: when the others stop waiting for it.
    var underWayUntil: ContinuousClock.Instant

    /// Begins with a sweep.
    init(now: ContinuousClock.Instant) {
        nextSweep = now
        earliestSweep = now
        underWayUntil = now
    }
}

/// The ``ClaimReach`` of a process, which its workers change one at a time.
///
/// Under a lock that is held for a few comparisons, never over a statement.
final class SharedClaimReach: Sendable {
    private let reach: Mutex<ClaimReach>

    /// Begins with a sweep.
    init(now: ContinuousClock.Instant) { reach = Mutex(ClaimReach(now: now)) }

    func update(_ body: (inout ClaimReach) -> Void) { reach.withLock { body(&$0) } }
}
