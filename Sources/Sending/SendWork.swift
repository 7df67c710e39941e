import Domain
import Logging
import Providers
import Runtime
import Store
import Synchronization

/// Makes the calls of claimed sends side by side.
typealias SendLoop = LeasedWorkLoop<SendWork>

extension LeasedWorkLoop where Work == SendWork {
    convenience init(_ work: SendWork) {
        let callsMax = work.configuration.callsMax
        // Nothing is claimed ahead under a rate limit: a send is called at the moment of its slot, or the limit would
        // be exceeded later.
        self.init(work, callsMax: callsMax, aheadMax: work.configuration.rate > 0 ? 0 : callsMax / 2)
    }
}

/// Sends, as leased work. See ``LeasedWorkLoop``.
final class SendWork: LeasedWork {
    let configuration: SendingConfiguration
    let claimer: SendClaimer
    let caller: SendCaller
    let recorder: OutcomeRecorder
    let counts: SendCounts
    let log: Logger
    let vouch: @Sendable () async -> Bool
    private let vainCalls = Mutex(VainCalls())

    init(
        _ configuration: SendingConfiguration, claimer: SendClaimer, caller: SendCaller, recorder: OutcomeRecorder,
        counts: SendCounts, log: Logger, vouch: @escaping @Sendable () async -> Bool
    ) {
        self.configuration = configuration
        self.claimer = claimer
        self.caller = caller
        self.recorder = recorder
        self.counts = counts
        self.log = log
        self.vouch = vouch
    }

    var unwrittenCount: Int { recorder.pendingCount }

    func claim(_ room: CallPermits.Room) async -> Claimed<ClaimedSend> {
        let found = await claimer.claim(room)
        if case .claims(let claims) = found { counts.calls.claimed(claims.count) }
        return found
    }

    func sharer(of send: ClaimedSend) -> String { send.account }

    func perform(_ send: ClaimedSend, gateUntil: ContinuousClock.Instant) async {
        let began = ContinuousClock.now
        counts.calls.began()
        let result = await caller.result(of: send, gateUntil: gateUntil)
        let ended = ContinuousClock.now
        counts.calls.ended(took: began.duration(to: ended))
        counts.recorded(result.outcome)
        tell(vainCalls.withLock { $0.ended(result.outcome, at: ended) }, result)
        recorder.record(CollectionOfOne(report(send, result)))
    }

    private func tell(_ news: VainCalls.News?, _ last: SendResult) {
        switch news {
        case nil: break
        case .over: log.notice("something comes of calls to the provider again")
        case .vain(let calls, let time):
            log.warning(
                "nothing came of any call to the provider",
                metadata: [
                    "calls": "\(calls)", "seconds": "\(time.components.seconds)",
                    "outcome": "\(last.outcome.className)", "code": "\(last.code ?? "none")",
                ])
        }
    }

    func leave(_ sends: [ClaimedSend], _ reason: LeaveReason) {
        recorder.record(sends.map { report($0, Self.result(of: reason)) })
    }

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
