/// Where a worker's next claim begins, and when it looks at the true start again. Pure: time comes in.
///
/// The floor is the highest number this worker has claimed, so that a claim does not walk over the dead rows behind it.
/// Rows that came free or were committed late below it are found by a sweep from the start: when idle, after a
/// rollback, and every few seconds, yet never for more than a small share of the time: under a held snapshot a sweep
/// has to pass every row that died since.
public struct ClaimCursor: Sendable, Equatable {
    /// The longest time between sweeps while there is work. 3 s.
    public static let sweepInterval = Duration.seconds(3)
    /// A sweep that took `t` is followed by none for `t` times this: 3 % of the time at most.
    public static let restFactor = 32

    /// Claims begin behind this number.
    public private(set) var floor: Int64 = 0
    private var highest: Int64 = 0
    /// Whether the claim under way looks below what was reached before.
    public private(set) var isSweeping = true
    private var isFirstOfSweep = true
    private var wantsSweep = false
    private var nextSweep: ContinuousClock.Instant
    private var earliestSweep: ContinuousClock.Instant

    /// Starts with a sweep.
    public init(now: ContinuousClock.Instant) {
        nextSweep = now
        earliestSweep = now
    }

    /// Decides where the next claim begins.
    /// - Parameter isIdle: whether the last claim found nothing.
    public mutating func begin(now: ContinuousClock.Instant, isIdle: Bool) {
        isFirstOfSweep = now >= earliestSweep && (wantsSweep || isIdle || now >= nextSweep)
        if isFirstOfSweep {
            wantsSweep = false
            floor = 0
        }
        // A sweep whose claim was full goes on until it has come back up.
        isSweeping = isFirstOfSweep || floor < highest
    }

    /// Takes in what the claim found.
    /// - Parameters:
    ///   - last: the highest number claimed; nil for none.
    ///   - isFull: whether as many were claimed as were asked for: there may be more right behind.
    ///   - took: the time the claim took.
    public mutating func claimed(last: Int64?, isFull: Bool, took: Duration, now: ContinuousClock.Instant) {
        let reachesTop = !isFull || (last ?? 0) >= highest
        highest = max(highest, last ?? 0)
        // A full claim of a sweep goes on from there; else everything up to the end has been seen.
        floor = isFull ? (last ?? highest) : highest
        // Dead rows are passed by the first claim of a sweep and by the one that comes back up; between them is work.
        guard isFirstOfSweep || (isSweeping && reachesTop) else { return }
        earliestSweep = max(earliestSweep, now).advanced(by: took * Self.restFactor)
        nextSweep = max(earliestSweep, now.advanced(by: Self.sweepInterval))
    }

    /// Rows that were claimed are free again: look below the floor soon.
    public mutating func rolledBack() { wantsSweep = true }
}
