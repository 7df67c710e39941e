import NIOCore

/// What became of a submission.
enum StoreOutcome: Sendable, Equatable {
    /// It is durable: the provider may be told so.
    case stored
    /// It may not be: the provider is asked to try again.
    case unavailable
}

/// A webhook on its way into the store, and the way back for the outcome.
package struct Submission: Sendable {
    let webhook: IncomingWebhook
    /// The event loop that waits for the outcome.
    let eventLoop: any EventLoop
    /// Takes the outcome; to be called exactly once, on ``eventLoop``, from within `submit` or later.
    let complete: @Sendable (StoreOutcome) -> Void
}

/// Where webhooks become durable.
package protocol WebhookSink: Sendable {
    /// Takes a submission. Never blocks; calls back exactly once, within a bounded time.
    func submit(_ submission: Submission)
}
