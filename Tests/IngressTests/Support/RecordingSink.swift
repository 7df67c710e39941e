import Synchronization

@testable import Ingress

/// A store in memory: keeps what it was given and answers as it is told, or when it is told.
final class RecordingSink: WebhookSink {
    private struct State {
        var webhooks: [IncomingWebhook] = []
        var waiting: [Submission] = []
        var outcome: StoreOutcome?
    }

    private let state: Mutex<State>

    /// Answers every submission at once with `outcome`, or keeps them waiting where that is nil.
    init(_ outcome: StoreOutcome? = .stored) {
        state = Mutex(State(outcome: outcome))
    }

    var webhooks: [IncomingWebhook] { state.withLock { $0.webhooks } }
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func submit(_ submission: Submission) {
        let outcome = state.withLock { state in
            state.webhooks.append(submission.webhook)
            if state.outcome == nil { state.waiting.append(submission) }
            return state.outcome
        }
        if let outcome { submission.complete(outcome) }
    }

    /// Answers all that wait.
    func answerWaiting(_ outcome: StoreOutcome) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for submission in waiting {
            submission.eventLoop.execute { submission.complete(outcome) }
        }
    }
}
