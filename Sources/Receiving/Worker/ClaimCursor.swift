/// Where one worker's next claim begins. Pure: time comes in.
///
/// The floor is the highest `seq` its process has claimed, so that a claim walks neither over the dead rows below it
/// nor over rows that the process's other workers hold; during a sweep, it is the highest that the sweep has claimed.
struct ClaimCursor: Sendable, Equatable {
    /// Claims begin after this `seq`.
    private(set) var floor: Int64 = 0
    /// Whether the claim looks, or has looked, below what was reached before.
    private(set) var isSweeping = false
    /// The highest `seq` claimed when this worker's sweep began, which is where the sweep ends; nil where none is under
    /// way.
    private var sweepTop: Int64?
    private var isFirstOfSweep = false

    /// Decides where the next claim begins.
    /// - Parameter isIdle: whether the last claim found nothing.
    mutating func begin(now: ContinuousClock.Instant, isIdle: Bool, in reach: inout ClaimReach) {
        isFirstOfSweep =
            now >= max(reach.earliestSweep, reach.underWayUntil)
            && (reach.wantsSweep || isIdle || now >= reach.nextSweep)
        if isFirstOfSweep {
            floor = 0
            sweepTop = reach.highest
            reach.wantsSweep = false
            reach.underWayUntil = now.advanced(by: ClaimReach.sweepTimeMax)
        } else if sweepTop == nil {
            floor = reach.highest
        }
        isSweeping = sweepTop != nil
    }

    /// Takes in what the claim found.
    /// - Parameters:
    ///   - last: the highest `seq` claimed; nil for none.
    ///   - isFull: whether as many were claimed as were asked for, so that more may follow directly.
    ///   - took: the time the claim took.
    mutating func claimed(
        last: Int64?, isFull: Bool, took: Duration, now: ContinuousClock.Instant, in reach: inout ClaimReach
    ) {
        // A sweep whose claim was full goes on until it has come back up.
        let endsSweep = sweepTop.map { !isFull || (last ?? 0) >= $0 } ?? false
        if endsSweep { sweepTop = nil }
        reach.highest = max(reach.highest, last ?? 0)
        // After a full claim a sweep goes on from there; otherwise everything up to the end has been seen.
        floor = isFull ? (last ?? reach.highest) : reach.highest
        if isFirstOfSweep { reach.underWayUntil = now }
        // Dead rows are passed by the first claim of a sweep and by the one that comes back up; between them is work.
        guard isFirstOfSweep || endsSweep else { return }
        isFirstOfSweep = false
        reach.earliestSweep = max(reach.earliestSweep, now).advanced(by: took * ClaimReach.restFactor)
        reach.nextSweep = max(reach.earliestSweep, now.advanced(by: ClaimReach.sweepInterval))
    }

    /// Some of what was claimed is free again, because the transaction went on without it: look below the floor soon.
    mutating func left(in reach: inout ClaimReach) { reach.wantsSweep = true }

    /// What was claimed is free again, or the claim itself failed: look below the floor soon.
    mutating func rolledBack(now: ContinuousClock.Instant, in reach: inout ClaimReach) {
        reach.wantsSweep = true
        guard isFirstOfSweep else { return }
        // A sweep whose first claim failed belongs to nobody any more: the next worker starts it anew.
        reach.underWayUntil = now
        sweepTop = nil
        isFirstOfSweep = false
    }
}
