import Logging
import Metrics
import NIOCore
import PostgresClient
import Store

/// Writes what waits with one statement and one commit at a time, on a connection with a thread of its own.
///
/// Nobody lingers to make batches larger: those that come while one is under way are the next (measured in
/// `prototype.md`: a linger or a second connection only costs). A batch whose answer was lost is written again with the
/// same ids until each webhook's deadline; the statement stores nothing twice.
actor GroupCommitWriter {
    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: GroupCommitConfiguration
    private let pending: PendingSubmissions
    private let reachability: Reachability
    private let log: Logger
    private var connection: Connection?
    private var backoff = ReconnectBackoff(ceiling: .milliseconds(500))
    private var nextOpening = Deadline.in(.zero)
    private let flushes = Counter(label: "postroom_ingress_flushes_total")
    private let failures = Counter(label: "postroom_ingress_flush_failures_total")
    private let stored = Counter(label: "postroom_ingress_webhooks_stored_total")
    private let refused = Counter(label: "postroom_ingress_webhooks_not_stored_total")

    init(
        _ configuration: GroupCommitConfiguration, pending: PendingSubmissions, reachability: Reachability, log: Logger
    ) {
        self.configuration = configuration
        self.pending = pending
        self.reachability = reachability
        self.log = log
    }

    /// Writes until the pending submissions are closed and empty. Occupies the thread.
    func run() {
        probe()
        while true {
            switch pending.take(
                itemsMax: configuration.batchItemsMax, bytesMax: configuration.batchBytesMax,
                timeout: configuration.probeInterval)
            {
            case .batch(let items): write(items)
            case .none: probe()
            case .closed:
                connection?.close()
                return
            }
        }
    }

    /// Asks Postgres for a sign of life where no webhook does, so that readiness goes and comes back without traffic.
    private func probe() {
        guard let connection = connect() else { return reachability.set(false) }
        reachability.set((try? connection.run(Ping(), deadline: .in(configuration.storeDeadline))) == true)
    }

    private func write(_ items: [PendingSubmissions.Item]) {
        var batch = WebhookBatch()
        for item in items { batch.append(item.submission.webhook) }
        var open = items[...]
        var isInDoubt = false
        while true {
            // Before the deadlines are looked at: where it takes long, it is paid by those who waited, not by whoever
            // comes next, and the try that follows has its time.
            let connection = connect()
            open = refuseLate(open)
            guard let oldest = open.first else { return }
            guard let connection else { continue }
            switch store(batch, on: connection, until: oldest.deadline, isInDoubt: isInDoubt) {
            case .stored:
                reachability.set(true)
                stored.increment(by: open.count)
                return answer(open, .stored)
            case .failed: reachability.set(false)
            case .inDoubt:
                isInDoubt = true
                reachability.set(false)
            }
        }
    }

    /// Refuses those whose time is up, or too short for a try: a try cut off by the oldest webhook's last moments would
    /// fail for all behind it too, and a queue that is as deep as the deadline would never recover. Submissions come in
    /// order, and so do their deadlines. Where the spool comes to be, it takes these.
    ///
    /// The statement may hold what was refused. Storing that too harms nobody: the provider sends it again as another
    /// webhook, and the worker knows duplicates.
    private func refuseLate(_ items: ArraySlice<PendingSubmissions.Item>) -> ArraySlice<PendingSubmissions.Item> {
        let late = items.prefix { $0.deadline.remaining < configuration.tryTimeMin }
        guard !late.isEmpty else { return items }
        refused.increment(by: late.count)
        answer(late, .unavailable)
        return items.dropFirst(late.count)
    }

    private enum TryOutcome { case stored, failed, inDoubt }

    /// One try. Whatever fails, the next try writes the same ids.
    private func store(
        _ batch: WebhookBatch, on connection: Connection, until deadline: Deadline, isInDoubt: Bool
    ) -> TryOutcome {
        do throws(PostgresError) {
            let new = try connection.run(InsertWebhooks(batch), deadline: deadline)
            flushes.increment()
            backoff.reset()
            // All of them, or, where an earlier try is in doubt, none: anything else is not what was asked for.
            if new == batch.count || (isInDoubt && new == 0) { return .stored }
            log.critical("stored another number of webhooks", metadata: ["of": "\(batch.count)", "stored": "\(new)"])
            failures.increment()
            return .failed
        } catch {
            failures.increment()
            log.warning("storing webhooks failed", metadata: ["error": "\(error)", "count": "\(batch.count)"])
            // Refused over a sound connection, such as on a full disk: a little later. Broken: connect, not at once.
            let pause = Deadline.in(backoff.next(jitter: .random(in: 0..<1)))
            if connection.isUsable { min(pause, deadline).blockThread() } else { nextOpening = pause }
            return isInDoubt || error.effect == .unknown ? .inDoubt : .failed
        }
    }

    /// The connection, or one try to make it, on a clock of its own. Blocks for at most the backoff's ceiling and the
    /// store deadline.
    private func connect() -> Connection? {
        if let connection, connection.isUsable { return connection }
        connection = nil
        nextOpening.blockThread()
        do throws(PostgresError) {
            let opened = try Connection.open(configuration.database, deadline: .in(configuration.storeDeadline))
            connection = opened
            return opened
        } catch {
            failures.increment()
            nextOpening = .in(backoff.next(jitter: .random(in: 0..<1)))
            log.warning("connecting to Postgres failed", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func answer(_ items: some Collection<PendingSubmissions.Item>, _ outcome: StoreOutcome) {
        // One hop for each event loop, not one for each webhook.
        var loops: [(loop: any EventLoop, submissions: [Submission])] = []
        for item in items {
            let loop = item.submission.eventLoop
            if let index = loops.firstIndex(where: { $0.loop === loop }) {
                loops[index].submissions.append(item.submission)
            } else {
                loops.append((loop, [item.submission]))
            }
        }
        for (loop, submissions) in loops {
            loop.execute { for submission in submissions { submission.complete(outcome) } }
        }
    }
}

extension WebhookBatch {
    /// Adds a webhook as it came in.
    mutating func append(_ webhook: IncomingWebhook) {
        append(
            id: webhook.id, receivedAt: webhook.receivedAt, source: webhook.source, account: webhook.account,
            method: webhook.method, path: webhook.path, query: webhook.query, contentType: webhook.contentType,
            headers: webhook.headers, body: webhook.body.readableBytesView, remoteAddress: webhook.remoteAddress)
    }
}
