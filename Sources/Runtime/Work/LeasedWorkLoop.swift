import PostgresClient
import ServiceLifecycle

/// Claims as much work as there are calls free, does it side by side, and leaves it to the work to hand on what it
/// brings.
///
/// Some is claimed ahead of the calls that end next, so that a call does not wait for its claim's commit. Told to shut
/// down it claims no more, gives back what was not begun yet, and ends when the calls under way have.
public final class LeasedWorkLoop<Work: LeasedWork>: Service {
    /// Reports that may wait however few the calls are: they always do for a moment, to be written with others, and
    /// of quick calls more come in that moment than are made at once.
    private static var unwrittenMin: Int { 100 }
    /// How long it waits where the rate limit grants nothing.
    private static var limitedDelay: Duration { .milliseconds(20) }
    /// How long commits that waited for the same standby may take to show, one after another.
    private static var visibleDelay: Duration { .seconds(1) }

    private let work: Work
    private let permits: CallPermits
    /// So many reports may wait to be written; from there on no more is claimed. As many as calls, but 100 at least.
    ///
    /// By number, not by whether the last write failed: a commit that hangs fails only at its deadline, and where commits
    /// are merely slow none fails while calls bring more than is written. So what is unwritten is bounded by this and by
    /// what was claimed already, whatever Postgres does.
    private let unwrittenMax: Int

    /// A loop with so many calls in flight at most, and so much claimed ahead.
    public init(_ work: Work, callsMax: Int, aheadMax: Int = 0) {
        self.work = work
        permits = CallPermits(countMax: callsMax, aheadMax: aheadMax)
        unwrittenMax = max(callsMax, Self.unwrittenMin)
    }

    /// Works until told to shut down.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { calls in await loop(&calls) }
        } onGracefulShutdown: {
            self.stop()
        }
        await work.close()
    }

    /// Claims no more; ``run()`` returns when the calls under way have ended.
    public func stop() { permits.close() }

    private func loop(_ calls: inout DiscardingTaskGroup) async {
        var delay = PollDelay()
        var backoff = ReconnectBackoff(ceiling: .milliseconds(500))
        var doubtful: [Work.Item] = []
        while let room = await permits.room(), !Task.isCancelled {
            let pause: Duration
            if work.unwrittenCount >= unwrittenMax {
                pause = delay.next(jitter: .random(in: 0..<1))
            } else if !doubtful.isEmpty {
                // A commit that came after theirs: from here on it shows whether they were claimed. If they were, they
                // are free again at once instead of when their leases end.
                if await giveBack(doubtful) {
                    doubtful = []
                    continue
                }
                pause = backoff.next(jitter: .random(in: 0..<1))
            } else {
                switch await work.claim(room) {
                case .claims(let claims):
                    permits.take(claims.lazy.map { self.work.sharer(of: $0.item) })
                    for claim in claims { calls.addTask { await self.call(claim) } }
                    delay.reset()
                    backoff.reset()
                    continue
                case .nothingHere: continue
                case .contended: pause = backoff.next(jitter: .random(in: 0..<1))
                case .nothing: pause = delay.next(jitter: .random(in: 0..<1))
                case .limited: pause = Self.limitedDelay
                case .failed(let inDoubt):
                    doubtful = inDoubt
                    pause = backoff.next(jitter: .random(in: 0..<1))
                }
            }
            // Ends early when cancelled, as the loop does.
            try? await Task.sleep(for: pause)
        }
        // One try: where it fails, their leases end, as those of a process that was killed do.
        if !doubtful.isEmpty { _ = await giveBack(doubtful) }
    }

    /// Settles claims whose commit is in doubt, once a later commit of ours shows whether they were made.
    private func giveBack(_ doubtful: [Work.Item]) async -> Bool {
        guard await work.vouch() else { return false }
        try? await Task.sleep(for: Self.visibleDelay)
        work.leave(doubtful, .neverClaimed)
        return true
    }

    private func call(_ claim: LeasedClaim<Work.Item>) async {
        // A task that is cancelled does not wait; the gate is open all the same.
        if let notBefore = claim.notBefore { try? await Task.sleep(until: notBefore, clock: .continuous) }
        let sharer = work.sharer(of: claim.item)
        guard await permits.begin(sharer) else {
            work.leave([claim.item], .notBegun)
            return permits.giveBack(sharer, called: false)
        }
        if ContinuousClock.now < claim.gateUntil {
            await work.perform(claim.item, gateUntil: claim.gateUntil)
        } else {
            // Claimed ahead of calls that took unexpectedly long.
            work.leave([claim.item], .notBegun)
        }
        permits.giveBack(sharer)
    }
}
