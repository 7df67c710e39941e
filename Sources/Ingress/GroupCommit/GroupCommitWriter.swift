import Logging
import Metrics
import PostgresClient
import Runtime
import Store

/// Writes what waits with one statement and one commit at a time, on a connection with a thread of its own.
///
/// Nobody lingers to make batches larger: those that come while one is under way are the next, or half of them where they
/// are many (measured: a linger or a second connection only costs). A batch whose answer was lost is written again with the
/// same ids until each webhook's deadline, and then goes to the spool with them; the statement stores nothing twice.
/// Where no connection can be made, a batch goes to the spool at once. What the spool refuses meanwhile comes back, once,
/// and is tried until its deadline as without a spool: a spool that is full or broken must not make a refusal of what
/// Postgres would have taken a moment later.
actor GroupCommitWriter {
    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: GroupCommitConfiguration
    private let pending: PendingSubmissions
    private let way: DirectWay
    private let health: IntakeHealth
    private let spool: SpoolIntake?
    private let log: Logger
    private var connection: Connection?
    /// Of the flush under way; kept for its memory, as large as the largest so far (`batchBytesMax`).
    private var batch = WebhookBatch()
    private var backoff = ReconnectBackoff(ceiling: .milliseconds(500))
    private var nextOpening = Deadline.in(.zero)
    private var probeLog: SeldomLog
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
        probeLog = SeldomLog("Postgres does not take webhooks", to: log)
    }

    /// Writes until the pending submissions are closed and empty. Occupies the thread.
    func run() {
        probe()
        while true {
            spool?.lookAfterDisk()
            switch pending.take(
                itemsMax: configuration.batchItemsMax, wholeMax: configuration.batchWholeMax,
                bytesMax: configuration.batchBytesMax, timeout: configuration.probeInterval)
            {
            case .batch(let items): write(items)
            case .none: probe()
            case .closed:
                connection?.close()
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
            // While it answers and does not commit, a sign of life is no way to durability. Where there is no other
            // way, though, whoever is not sent any webhooks could never find out that it commits again.
            if answered == .open || answered == .trial && !health.isSpoolUsable { health.set(database: true) }
        } catch {
            probeLog.warn(error)
            // Who refuses this refuses webhooks.
            if connection.isUsable { way.failedToStore() } else { way.failedToConnect() }
            health.set(answering: false)
            health.set(database: false)
        }
    }

    private func write(_ items: [PendingSubmission]) {
        var open = items[...]
        let areNew = !items.contains { $0.isSpoolFinal }
        // What came back from the spool stands behind younger ones.
        if !areNew { open = items.sorted { $0.deadline < $1.deadline }[...] }
        // They came before it was known.
        if way.isClosed { open = waitForTrial(handOver(open)) }
        batch.removeAll()
        for item in open { batch.append(item.submission.webhook) }
        var isFirstTry = true
        var isInDoubt = false
        while true {
            // Before the deadlines are looked at: where it takes long, it is paid by those who waited, not by whoever
            // comes next, and the try that follows has its time.
            // With a spool that works they need not wait for it at all; nor where the one before has found nobody there.
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
            // What went to the spool may be there by now, and what came back from it by an earlier try.
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

    /// Gives up those whose time is up, or too short for a try: a try cut off by the oldest webhook's last moments would
    /// fail for all behind it too, and a queue that is as deep as the deadline would never recover. Submissions come in
    /// order, and so do their deadlines.
    private func giveUpLate(_ items: ArraySlice<PendingSubmission>) -> ArraySlice<PendingSubmission> {
        let late = items.prefix { $0.deadline.remaining < configuration.tryTimeMin }
        giveUp(late)
        return items.dropFirst(late.count)
    }

    /// Waits with what the spool does not take until Postgres may be tried again. Each try whose commit hangs leaves a server
    /// process behind, so where there is a spool, which has trials for that, batches that it refuses must not try one each.
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
    /// - Returns: Those that stay: all without a spool, or while there is no way into it; and what came back before.
    private func handOver(_ items: ArraySlice<PendingSubmission>) -> ArraySlice<PendingSubmission> {
        guard let spool else { return items }
        return items.filter { $0.isSpoolFinal || !spool.add($0) }[...]
    }

    /// Hands webhooks whose time is up to the spool; refuses them where there is none, or no room in it.
    ///
    /// A statement whose outcome is not known may hold them. With the spool they keep their ids and are stored once all
    /// the same. Storing what was refused too harms nobody: the provider sends it again as another webhook, and the
    /// worker knows duplicates.
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
    ///   - isFirst: Nobody has tried to store them before.
    ///   - isInDoubt: An earlier try may have stored them.
    ///   - isWhole: None of them went to the spool, whose drain may have stored it by now, or came back from it, after a
    ///     try that may have.
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
            backoff.reset()
            // All of them, or, where an earlier try is in doubt, none: anything else is not what was asked for.
            if new == batch.count || (isInDoubt && new == 0) || !isWhole { return .stored }
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
