import PostgresClient
import ServiceLifecycle

/// Claims as much work as there are calls free, does it side by side, and leaves it to the work to hand on the results.
///
/// Some work is claimed before the calls that it waits for have ended, so that no call waits for its claim's commit.
/// Told to shut down, it claims no more, gives back what was not begun yet, and ends when the calls under way have
/// ended.
package final class LeasedWorkLoop<Work: LeasedWork>: Service {
    /// How many reports may wait however few the calls are: reports always wait for a moment, to be written with
    /// others, and quick calls bring more in that moment than are made at once.
    private static var unwrittenMin: Int { 100 }
    /// How long commits that waited for the same standby may take to become visible, one after another.
    private static var visibleDelay: Duration { .seconds(1) }

    private let work: Work
    private let permits: CallPermits
    /// From this many reports waiting to be written, no more is claimed. As many as calls, but at least 100.
    ///
    /// It goes by the number, not by whether the last write failed: a commit that hangs fails only at its deadline, and
    /// if commits are merely slow none fails while calls bring more than is written. So whatever Postgres does, the
    /// unwritten reports are bounded by this and by what was claimed already.
    private let unwrittenMax: Int

    /// A loop with at most `callsMax` calls in flight, and at most `aheadMax` items claimed ahead.
    package init(_ work: Work, callsMax: Int, aheadMax: Int = 0) {
        self.work = work
        permits = CallPermits(countMax: callsMax, aheadMax: aheadMax)
        unwrittenMax = max(callsMax, Self.unwrittenMin)
    }

    /// Works until told to shut down.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { calls in await loop(&calls) }
        } onGracefulShutdown: {
            self.stop()
        }
        await work.close()
    }

    /// Claims no more; ``run()`` returns when the calls under way have ended.
    package func stop() { permits.close() }

    private func loop(_ calls: inout DiscardingTaskGroup) async {
        var delay = PollDelay()
        var backoff = ReconnectBackoff(ceiling: .milliseconds(500))
        var doubtful: [Work.Item] = []
        while let room = await permits.room(), !Task.isCancelled {
            let pause: Duration
            if work.unwrittenCount >= unwrittenMax {
                pause = delay.next(jitter: .random(in: 0..<1))
            } else if !doubtful.isEmpty {
                // A commit that comes after theirs: once it is done, one can see whether they were claimed. If they
                // were, they are freed now instead of when their leases end.
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
                case .limited(let wait): pause = wait
                case .failed(let inDoubt):
                    doubtful = inDoubt
                    pause = backoff.next(jitter: .random(in: 0..<1))
                }
            }
            // Ends early when cancelled, as the loop does.
            try? await Task.sleep(for: pause)
        }
        // One try: if it fails, their leases end by themselves, as those of a killed process do.
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
        // A cancelled task does not wait; the gate is open all the same.
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
