import Logging
import NIOCore
import PostgresClient
import Runtime
import ServiceLifecycle

/// The way into Postgres: requests that wait while a flush is under way share the next statement and its one commit,
/// and each is answered after the commit of its own row.
///
/// As a service it comes before the HTTP server in the list, so that it ends after it and every accepted request is
/// still written.
public final class GroupCommit: WebhookSink, Service {
    private let configuration: GroupCommitConfiguration
    private let pending: PendingSubmissions
    private let reachability: Reachability
    private let log: Logger

    /// Makes one; ``run()`` starts it. `reachable` is the readiness check of the database.
    public init(_ configuration: GroupCommitConfiguration, reachable: Readiness.Check? = nil, log: Logger) {
        self.configuration = configuration
        self.log = log
        reachability = Reachability(reachable)
        pending = PendingSubmissions(
            itemsMax: configuration.pendingItemsMax, bytesMax: configuration.pendingBytesMax)
    }

    /// Whether Postgres took the last batch, or the last sign of life.
    public var isReady: Bool { reachability.value }

    /// Queues a webhook for the next flush. Where there is no room it is refused at once.
    public func submit(_ submission: Submission) {
        let item = PendingSubmissions.Item(submission: submission, deadline: .in(configuration.storeDeadline))
        if !pending.add(item) {
            submission.eventLoop.execute { submission.complete(.unavailable) }
        }
    }

    /// Writes until shut down, and then what still waits.
    public func run() async throws {
        let writer = GroupCommitWriter(configuration, pending: pending, reachability: reachability, log: log)
        await withTaskCancellationOrGracefulShutdownHandler {
            await writer.run()
        } onCancelOrGracefulShutdown: {
            self.pending.close()
        }
    }
}
