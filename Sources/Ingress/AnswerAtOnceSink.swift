/// Stores nothing and says that it did: what the HTTP side alone can do, for `postroom bench ingress`.
public struct AnswerAtOnceSink: WebhookSink {
    /// Makes the sink.
    public init() {}

    /// Calls back before it returns.
    public func submit(_ submission: Submission) {
        submission.complete(.stored)
    }
}
