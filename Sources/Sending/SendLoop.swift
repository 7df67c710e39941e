import Domain
import Providers
import Runtime
import ServiceLifecycle
import Store

/// Claims as many sends as there are calls free, makes the calls side by side, and hands on what they bring. See
/// ``LeasedWorkLoop``.
final class SendLoop: Service {
    private let loop: LeasedWorkLoop<SendWork>

    init(
        _ configuration: SendingConfiguration, claimer: SendClaimer, caller: SendCaller, recorder: OutcomeRecorder,
        counts: SendCounts, vouch: @escaping @Sendable () async -> Bool
    ) {
        // Under a rate limit a send is called at the moment of its slot, or the limit would be passed later.
        loop = LeasedWorkLoop(
            SendWork(
                configuration: configuration, claimer: claimer, caller: caller, recorder: recorder, counts: counts,
                commit: vouch),
            callsMax: configuration.callsMax, aheadMax: configuration.rate > 0 ? 0 : configuration.callsMax / 2)
    }

    /// Sends until told to shut down.
    func run() async throws { try await loop.run() }

    /// Claims no more; ``run()`` returns when the calls under way have ended.
    func stop() { loop.stop() }
}

/// Sends, as leased work.
private struct SendWork: LeasedWork {
    let configuration: SendingConfiguration
    let claimer: SendClaimer
    let caller: SendCaller
    let recorder: OutcomeRecorder
    let counts: SendCounts
    let commit: @Sendable () async -> Bool

    var unwrittenCount: Int { recorder.pendingCount }

    func claim(_ room: CallPermits.Room) async -> Claimed<ClaimedSend> {
        let found = await claimer.claim(room)
        if case .claims(let claims) = found { counts.claimed(claims.count) }
        return found
    }

    func sharer(of send: ClaimedSend) -> String { send.account }

    func perform(_ send: ClaimedSend, gateUntil: ContinuousClock.Instant) async {
        let began = ContinuousClock.now
        counts.callBegan()
        let result = await caller.result(of: send, gateUntil: gateUntil)
        counts.callEnded(result.outcome, took: began.duration(to: .now))
        recorder.record(CollectionOfOne(report(send, result)))
    }

    func leave(_ sends: [ClaimedSend], _ reason: LeaveReason) {
        recorder.record(sends.map { report($0, Self.result(of: reason)) })
    }

    func vouch() async -> Bool { await commit() }

    func close() async { await claimer.close() }

    private static func result(of reason: LeaveReason) -> SendResult {
        let why =
            switch reason {
            case .neverClaimed: "whether it was claimed is not known"
            case .notBegun: "the worker stopped, or others took too long"
            }
        return SendResult(outcome: .wait(.notWritten, retryAfter: nil), answer: "Not called: \(why).")
    }

    private func report(_ send: ClaimedSend, _ result: SendResult) -> SendReport {
        SendReport(
            send, result, policy: configuration.retryPolicy(maxAutomaticRetries: send.maxAutomaticRetries),
            jitter: .random(in: 0..<1))
    }
}
