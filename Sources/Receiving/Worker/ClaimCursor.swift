import Synchronization

/// How far the workers of a process have claimed, and when one of them looks at the true start again. Pure: time comes in.
///
/// Rows that came free or were committed late below what has been claimed are found by a sweep from the start: when idle,
/// after a rollback, and every few seconds, yet never for more than a small share of the time: under a held snapshot a
/// sweep has to pass every row that died since. One of the workers sweeps for all.
public struct ClaimReach: Sendable, Equatable {
    /// The longest time between sweeps while there is work. 3 s.
    public static let sweepInterval = Duration.seconds(3)
    /// A sweep that took `t` is followed by none for `t` times this: 3 % of one worker's time at most.
    public static let restFactor = 32

    /// The highest number claimed.
    fileprivate(set) var highest: Int64 = 0
    fileprivate var nextSweep: ContinuousClock.Instant
    fileprivate var earliestSweep: ContinuousClock.Instant

    /// Begins with a sweep.
    public init(now: ContinuousClock.Instant) {
        nextSweep = now
        earliestSweep = now
    }
}

/// What the workers of a process share of their claims.
public final class SharedClaimReach: Sendable {
    private let reach: Mutex<ClaimReach>

    /// Begins with a sweep.
    public init(now: ContinuousClock.Instant) { reach = Mutex(ClaimReach(now: now)) }

    func update(_ body: (inout ClaimReach) -> Void) { reach.withLock { body(&$0) } }
}

/// Where one worker's next claim begins.
///
/// The floor is the highest number its process has claimed, so that a claim does not walk over the dead rows behind it,
/// nor over those that the process's other workers have; during a sweep, the highest that the sweep has claimed.
public struct ClaimCursor: Sendable, Equatable {
    /// Claims begin behind this number.
    public private(set) var floor: Int64 = 0
    /// Whether the claim under way looks below what was reached before.
    public private(set) var isSweeping = false
    private var isFirstOfSweep = false
    private var goesOn = false
    private var wantsSweep = false

    /// Begins at the start.
    public init() {}

    /// Decides where the next claim begins.
    /// - Parameter isIdle: whether the last claim found nothing.
    public mutating func begin(now: ContinuousClock.Instant, isIdle: Bool, in reach: inout ClaimReach) {
        isFirstOfSweep = now >= reach.earliestSweep && (wantsSweep || isIdle || now >= reach.nextSweep)
        // A sweep whose claim was full goes on until it has come back up.
        isSweeping = isFirstOfSweep || goesOn
        if isFirstOfSweep {
            wantsSweep = false
            floor = 0
            // The others leave it to this one.
            reach.nextSweep = now.advanced(by: ClaimReach.sweepInterval)
        } else if !goesOn {
            floor = reach.highest
        }
    }

    /// Takes in what the claim found.
    /// - Parameters:
    ///   - last: the highest number claimed; nil for none.
    ///   - isFull: whether as many were claimed as were asked for: there may be more right behind.
    ///   - took: the time the claim took.
    public mutating func claimed(
        last: Int64?, isFull: Bool, took: Duration, now: ContinuousClock.Instant, in reach: inout ClaimReach
    ) {
        let reachesTop = !isFull || (last ?? 0) >= reach.highest
        reach.highest = max(reach.highest, last ?? 0)
        goesOn = isSweeping && !reachesTop
        // A full claim of a sweep goes on from there; else everything up to the end has been seen.
        floor = isFull ? (last ?? reach.highest) : reach.highest
        // Dead rows are passed by the first claim of a sweep and by the one that comes back up; between them is work.
        guard isFirstOfSweep || (isSweeping && reachesTop) else { return }
        reach.earliestSweep = max(reach.earliestSweep, now).advanced(by: took * ClaimReach.restFactor)
        reach.nextSweep = max(reach.earliestSweep, now.advanced(by: ClaimReach.sweepInterval))
    }

    /// Rows that were claimed are free again: look below the floor soon.
    public mutating func rolledBack() { wantsSweep = true }
}
