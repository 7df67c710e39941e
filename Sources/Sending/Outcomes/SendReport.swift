import Domain
import Providers
import Store

/// The outcome of a call, and what follows from it.
struct SendReport: Sendable {
    let send: ClaimedSend
    let result: SendResult
    /// Decided once, so that writing it again says the same.
    let decision: SendDecision

    init(_ send: ClaimedSend, _ result: SendResult, policy: RetryPolicy, jitter: Double) {
        self.send = send
        self.result = result
        decision = decide(
            result.outcome, countedBefore: send.countedBefore, triesBefore: send.triesBefore, policy: policy,
            jitter: jitter)
    }

    var isDuplicate: Bool { result.outcome == .duplicate }
    var pauses: Bool { result.pauses }
    /// Why the provider is paused by it: its code, or the status of an answer without one.
    var pauseReason: String? { result.code ?? result.pauseReason }

    /// When the row in the queue is due again; nil takes it out.
    var dueAfter: Duration? {
        if case .again(_, let after) = decision { return after }
        return nil
    }

    /// What the attempt becomes.
    var outcome: AttemptOutcome {
        let (state, counts) =
            switch decision {
            case .settle(let state, let counts): (state, counts)
            case .again(let counts, _): (AttemptState.notSent, counts)
            }
        var providerMessageID: String?
        if case .accepted(let id) = result.outcome { providerMessageID = id }
        // Of a retry's class, and none is left.
        var hasFailed = false
        if case .retry = result.outcome { hasFailed = state == .rejected }
        return AttemptOutcome(
            attemptID: send.attemptID, state: state, counts: counts, providerFailed: hasFailed,
            providerMessageID: providerMessageID, code: result.code, answer: result.answer)
    }

    /// The same with nothing of the provider's in it, for where Postgres refuses what it said.
    var withoutWords: SendReport {
        SendReport(self, SendResult(outcome: wordless, pauseReason: result.pauseReason))
    }

    private var wordless: SendOutcome {
        if case .accepted = result.outcome { return .accepted(providerMessageID: nil) }
        return result.outcome
    }

    private init(_ other: SendReport, _ result: SendResult) {
        send = other.send
        decision = other.decision
        self.result = result
    }
}
