import Domain
import Logging
import Metrics
import PostgresClient
import Providers
import Runtime
import ServiceLifecycle
import Store

/// Claims as many sends as there are calls free, makes the calls side by side, and hands on what they bring.
///
/// Some are claimed ahead of the calls that end next, so that a call does not wait for its claim's commit. Told to shut
/// down it claims no more, gives back what was not called yet, and ends when the calls under way have.
final class SendLoop: Service {
    /// How long it waits where the rate limit grants nothing.
    static let limitedDelay = Duration.milliseconds(20)

    /// How long commits that waited for the same standby may take to show, one after another.
    static let visibleDelay = Duration.seconds(1)

    private let configuration: SendingConfiguration
    private let claimer: SendClaimer
    private let caller: SendCaller
    private let recorder: OutcomeRecorder
    private let counts: SendCounts
    private let permits: CallPermits
    /// Commits something, however small; false where that failed.
    private let vouch: @Sendable () async -> Bool

    init(
        _ configuration: SendingConfiguration, claimer: SendClaimer, caller: SendCaller, recorder: OutcomeRecorder,
        counts: SendCounts, vouch: @escaping @Sendable () async -> Bool
    ) {
        self.configuration = configuration
        self.claimer = claimer
        self.caller = caller
        self.recorder = recorder
        self.counts = counts
        self.vouch = vouch
        // Under a rate limit a send is called at the moment of its slot, or the limit would be passed later.
        permits = CallPermits(
            countMax: configuration.callsMax, aheadMax: configuration.rate > 0 ? 0 : configuration.callsMax / 2)
    }

    /// Sends until told to shut down.
    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { calls in await loop(&calls) }
        } onGracefulShutdown: {
            self.stop()
        }
        await claimer.close()
    }

    /// Claims no more; ``run()`` returns when the calls under way have ended.
    func stop() { permits.close() }

    private func loop(_ calls: inout DiscardingTaskGroup) async {
        var delay = PollDelay()
        var backoff = ReconnectBackoff(ceiling: .milliseconds(500))
        var doubtful: [ClaimedSend] = []
        while let room = await permits.room(), !Task.isCancelled {
            let pause: Duration
            // Outcomes that cannot be written must not pile up.
            if recorder.pendingCount >= configuration.callsMax {
                pause = delay.next(jitter: .random(in: 0..<1))
            } else if !doubtful.isEmpty {
                // A commit that came after theirs: from here on it shows whether they were claimed. If they were, they
                // are free again at once instead of unclear later.
                if await giveBack(doubtful) {
                    doubtful = []
                    continue
                }
                pause = backoff.next(jitter: .random(in: 0..<1))
            } else {
                switch await claimer.claim(free: room.free, of: room.limit, inFlight: room.byAccount) {
                case .claims(let claims):
                    permits.take(claims.lazy.map(\.send.account))
                    counts.claimed(claims.count)
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
        // One try: where it fails, they become unclear, as those of a process that was killed do.
        if !doubtful.isEmpty { _ = await giveBack(doubtful) }
    }

    /// Settles claims whose commit is in doubt, once a later commit of ours shows whether they were made.
    private func giveBack(_ doubtful: [ClaimedSend]) async -> Bool {
        guard await vouch() else { return false }
        try? await Task.sleep(for: Self.visibleDelay)
        recorder.record(doubtful.map { report($0, Self.neverClaimed) })
        return true
    }

    private static let neverClaimed = SendResult(
        outcome: .wait(.notWritten, retryAfter: nil), answer: "Not called: whether it was claimed is not known.")
    private static let notCalled = SendResult(
        outcome: .wait(.notWritten, retryAfter: nil), answer: "Not called: the worker stopped, or others took too long."
    )

    private func call(_ claim: SendClaimer.Claim) async {
        // A task that is cancelled does not wait; the gate is open all the same.
        if let notBefore = claim.notBefore { try? await Task.sleep(until: notBefore, clock: .continuous) }
        guard await permits.begin(claim.send.account) else {
            recorder.record(CollectionOfOne(report(claim.send, Self.notCalled)))
            return permits.giveBack(claim.send.account, called: false)
        }
        let began = ContinuousClock.now
        let result: SendResult
        if began < claim.gateUntil {
            counts.callBegan()
            result = await caller.result(of: claim.send, gateUntil: claim.gateUntil)
            counts.callEnded(result.outcome, took: began.duration(to: .now))
        } else {
            // Claimed ahead of calls that took unexpectedly long.
            result = Self.notCalled
        }
        recorder.record(CollectionOfOne(report(claim.send, result)))
        permits.giveBack(claim.send.account)
    }

    private func report(_ send: ClaimedSend, _ result: SendResult) -> SendReport {
        SendReport(
            send, result, policy: configuration.retryPolicy(maxAutomaticRetries: send.maxAutomaticRetries),
            jitter: .random(in: 0..<1))
    }
}
