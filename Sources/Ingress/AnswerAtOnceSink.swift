/// Stores nothing and says that it did: what the HTTP side alone can do, for `postroom bench ingress`.
package struct AnswerAtOnceSink: WebhookSink {
    /// Makes the sink.
    package init() {}

    /// Calls back before it returns.
    package func submit(_ submission: Submission) {
        submission.complete(.stored)
    }
}
