import Logging
import Metrics
import PostgresClient
import Runtime
import Store

/// Writes what waits with one statement and one commit at a time, on a connection with a thread of its own.
///
/// It never waits to make a batch larger: the webhooks that come while one batch is under way are the next, or half of
/// them if they are many (measured: lingering or a second connection only costs). A batch whose answer was lost is
/// written again with the same ids until each webhook's deadline, and then goes to the spool with those ids; the
/// statement stores nothing twice. If no connection can be made, a batch goes to the spool at once. What the spool
/// refuses meanwhile comes back, once, and is tried until its deadline as without a spool: a full or broken spool must
/// not cause the refusal of what Postgres would have taken a moment later.
actor GroupCommitWriter {
    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: GroupCommitConfiguration
    private let pending: PendingSubmissions
    private let way: DirectWay
    private let health: IntakeHealth
    private let spool: SpoolIntake?
    private let log: Logger
    private var held: HeldConnection
    /// The batch of the flush under way; kept for its memory, which is as large as the largest so far
    /// (`batchBytesMax`).
    private var batch = WebhookBatch()
    private var probeLog: SeldomLog
    private var connectLog: SeldomLog
    private var storeLog: SeldomLog
    private let flushes = Counter(label: "postroom_ingress_flushes_total")
    private let failures = Counter(label: "postroom_ingress_flush_failures_total")
    private let stored = Counter(label: "postroom_ingress_webhooks_stored_total")
    private let refused = Counter(label: "postroom_ingress_webhooks_not_stored_total")

    init(
        _ configuration: GroupCommitConfiguration, pending: PendingSubmissions, way: DirectWay, health: IntakeHealth,
        spool: SpoolIntake?, log: Logger
    ) {
        self.configuration = configuration
        self.pending = pending
        self.way = way
        self.health = health
        self.spool = spool
        self.log = log
        held = HeldConnection(configuration.database)
        probeLog = SeldomLog("Postgres does not take webhooks", to: log)
        connectLog = SeldomLog("connecting to Postgres failed", to: log)
        storeLog = SeldomLog("storing webhooks failed", to: log)
    }

    /// Writes until the pending submissions are closed and empty. Occupies the thread.
    func run() {
        probe()
        while true {
            spool?.lookAfterDisk()
            switch pending.take(
                itemsMax: GroupCommitConfiguration.batchItemsMax, wholeMax: GroupCommitConfiguration.batchWholeMax,
                bytesMax: GroupCommitConfiguration.batchBytesMax, timeout: configuration.probeInterval)
            {
            case .batch(let items): write(items)
            case .none: probe()
            case .closed:
                held.close()
                return
            }
        }
    }

    /// Asks Postgres for a sign of life where no webhook does, so that readiness goes and comes back without traffic: whether
    /// it would take webhooks from this role, into tables that are there.
    private func probe() {
        guard let connection = connect() else { return }
        do throws(PostgresError) {
            try connection.run(InsertNoWebhooks(), deadline: .in(configuration.storeDeadline))
            let answered = way.answered()
            health.set(answering: true)
            // While Postgres answers and does not commit, a probe proves no way to durability. But if there is no other
            // way, an ingress that is sent no webhooks could never find out that Postgres commits again.
            if answered == .open || answered == .trial && !health.isSpoolUsable { health.set(database: true) }
        } catch {
            probeLog.warn(error)
            // Who refuses this refuses webhooks.
            if connection.isUsable { way.refused() } else { way.failedToConnect() }
            health.set(answering: false)
            health.set(database: false)
        }
    }

    private func write(_ items: [PendingSubmission]) {
        var open = items[...]
        let areNew = !items.contains { $0.isSpoolFinal }
        // What came back from the spool comes after younger webhooks.
        if !areNew { open = items.sorted { $0.deadline < $1.deadline }[...] }
        // They came before it was known.
        if way.isClosed { open = waitForTrial(handOver(open)) }
        batch.removeAll()
        for item in open { batch.append(item.submission.webhook) }
        var isFirstTry = true
        var isInDoubt = false
        while true {
            // Connect before the deadlines are checked: if it takes long, the webhooks that waited pay for it, not
            // those that come next, and the try that follows has its full time. With a working spool they need not wait
            // for it at all, nor if the connection attempt before has found nobody there.
            if health.isSpoolUsable || !health.isDatabaseAnswering { open = giveUpLate(open) }
            if open.isEmpty { return }
            let connection = connect()
            open = giveUpLate(open)
            guard let oldest = open.first else { return }
            guard let connection else {
                open = handOver(open)
                continue
            }
            let isWhole = areNew && open.count == batch.count
            // What went to the spool may be in Postgres by now, and what came back from it may have been stored by an
            // earlier try.
            let isFirst = isFirstTry && isWhole
            isFirstTry = false
            switch store(
                batch, on: connection, until: oldest.deadline, isFirst: isFirst, isInDoubt: isInDoubt, isWhole: isWhole)
            {
            case .stored:
                way.stored()
                health.countBatch()
                health.set(answering: true)
                health.set(database: true)
                stored.increment(by: open.count)
                return open.lazy.map(\.submission).answer(.stored)
            case .failed: break
            case .inDoubt: isInDoubt = true
            }
            way.failedToStore()
            health.set(database: false)
        }
    }

    /// Gives up the webhooks whose time is up, or too short for a try: a try cut short by the oldest webhook's last
    /// moments would fail for all the others, too, and a queue as deep as the deadline would never recover. Submissions
    /// come in order, and so do their deadlines.
    private func giveUpLate(_ items: ArraySlice<PendingSubmission>) -> ArraySlice<PendingSubmission> {
        let late = items.prefix { $0.deadline.remaining < configuration.tryTimeMin }
        giveUp(late)
        return items.dropFirst(late.count)
    }

    /// Keeps what the spool does not take until Postgres may be tried again. Each try whose commit hangs leaves a
    /// server process behind; where there is a spool, the trials are for that, so the batches that it refuses must not
    /// make one try each.
    ///
    /// - Returns: Those that have time left then.
    private func waitForTrial(_ items: ArraySlice<PendingSubmission>) -> ArraySlice<PendingSubmission> {
        guard spool != nil else { return items }
        var open = items
        while let oldest = open.first, let next = way.beginTrial() {
            min(next, oldest.deadline).blockThread()
            open = giveUpLate(open)
        }
        return open
    }

    /// Hands webhooks to the spool while they have time, so that those it then refuses come back.
    ///
    /// - Returns: Those that stay: all of them without a spool, or while there is no way into it; and those that came
    ///   back before.
    private func handOver(_ items: ArraySlice<PendingSubmission>) -> ArraySlice<PendingSubmission> {
        guard let spool else { return items }
        return items.filter { $0.isSpoolFinal || !spool.add($0) }[...]
    }

    /// Hands webhooks whose time is up to the spool; refuses them where there is none, or no room in it.
    ///
    /// A statement with an unknown outcome may have stored them. With the spool they keep their ids and are stored once
    /// all the same. Refused and stored all the same does no harm: the provider sends it again as another webhook, and
    /// the worker recognizes duplicates.
    private func giveUp(_ items: some Collection<PendingSubmission>) {
        let left = items.filter { spool?.add($0.withSpoolFinal) != true }
        guard !left.isEmpty else { return }
        refused.increment(by: left.count)
        left.map(\.submission).answer(.unavailable)
    }

    private enum TryOutcome { case stored, failed, inDoubt }

    /// One try. Whatever fails, the next try writes the same ids.
    ///
    /// - Parameters:
    ///   - isFirst: No try has been made to store them before.
    ///   - isInDoubt: An earlier try may have stored them.
    ///   - isWhole: None of them went to the spool, whose drain may have stored it by now, or came back from it after a
    ///     try that may have stored it.
    private func store(
        _ batch: WebhookBatch, on connection: Connection, until deadline: Deadline, isFirst: Bool, isInDoubt: Bool,
        isWhole: Bool
    ) -> TryOutcome {
        do throws(PostgresError) {
            let new =
                try isFirst
                ? connection.run(InsertWebhooks(batch), deadline: deadline)
                : connection.run(InsertMissingWebhooks(batch), deadline: deadline)
            flushes.increment()
            held.succeeded()
            // All of them must have been stored, or none where an earlier try is in doubt: anything else is not what
            // was asked for.
            if new == batch.count || (isInDoubt && new == 0) || !isWhole { return .stored }
            log.critical("stored another number of webhooks", metadata: ["of": "\(batch.count)", "stored": "\(new)"])
            failures.increment()
            return .failed
        } catch {
            failures.increment()
            storeLog.warn(error, count: batch.count)
            held.failed(until: deadline)
            return isInDoubt || error.effect == .unknown ? .inDoubt : .failed
        }
    }

    /// The connection, or one try to open it, with a deadline of its own. Blocks for at most the pause after a failure
    /// and the store deadline.
    private func connect() -> Connection? {
        do throws(PostgresError) {
            return try held.usable(deadline: .in(configuration.storeDeadline))
        } catch {
            failures.increment()
            held.failed()
            connectLog.warn(error)
            way.failedToConnect()
            health.set(answering: false)
            health.set(database: false)
            return nil
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
