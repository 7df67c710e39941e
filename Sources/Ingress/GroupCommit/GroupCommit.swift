import Logging
import NIOCore
import ServiceLifecycle

/// The way into Postgres: requests that wait while a flush is under way share the next statement and its one commit,
/// and each is answered after the commit of its own row.
///
/// List this service before the HTTP server, so that it ends after it and every accepted request is still written.
final class GroupCommit: WebhookSink, Service {
    private let configuration: GroupCommitConfiguration
    private let pending: PendingSubmissions
    private let way = DirectWay()
    private let health: IntakeHealth
    private let spool: SpoolIntake?
    private let log: Logger

    /// Makes one; ``run()`` starts it.
    ///
    /// - Parameters:
    ///   - pending: Its queue, if the spool must know it, too; nil for a queue of its own.
    ///   - spool: Takes what Postgres does not; nil where there is none, so that such webhooks are refused.
    init(
        _ configuration: GroupCommitConfiguration, pending: PendingSubmissions? = nil, health: IntakeHealth,
        spool: SpoolIntake? = nil, log: Logger
    ) {
        self.configuration = configuration
        self.health = health
        self.spool = spool
        self.log = log
        self.pending = pending ?? configuration.makePending()
    }

    /// Queues a webhook for the next flush; or for the spool, if Postgres is known to be away or more webhooks wait for
    /// it than may. If there is no way into the spool, the webhook is queued for the next flush all the same. If there
    /// is no room at all, it is refused at once.
    func submit(_ submission: Submission) {
        let item = PendingSubmission(submission: submission, deadline: .in(configuration.storeDeadline))
        let isDirect = spool == nil || way.admits()
        if isDirect, pending.add(item) { return }
        if let spool, spool.add(item) { return }
        if !isDirect, pending.add(item) { return }
        submission.eventLoop.execute { submission.complete(.unavailable) }
    }

    /// Writes until shut down, and then what still waits.
    func run() async throws {
        let writer = GroupCommitWriter(
            configuration, pending: pending, way: way, health: health, spool: spool, log: log)
        await pending.run { await writer.run() }
    }
}
