import Domain
import Logging
import PostgresClient
import Runtime
import ServiceLifecycle
import Store

/// Claims, parses, deduplicates, applies and removes webhooks, a batch in one transaction, on a connection and a thread
/// of its own. Any number of workers run side by side in any number of processes.
actor WebhookWorker: Service {
    private let executor = ThreadExecutor()
    /// The worker's own thread.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// How many processes may die while parsing a webhook before it is buried unread.
    static let deathsMax: Int16 = 3
    /// How long one transaction may take before the connection is dropped; less than the default grace of a drain, so
    /// that a worker whose answer was lost still ends in time.
    static let transactionTimeout = Duration.seconds(15)
    /// How often a batch that met a deadlock or a serialization failure is tried anew before the worker pauses.
    static let conflictRetriesMax = 5
    /// How many webhooks a worker remembers that were alone and once not done in time.
    static let overdueAloneMax = 64

    let run: WebhookBatchRun
    private let reach: SharedClaimReach
    private let counts: WorkerCounts
    let log: Logger
    private var failureLog: SeldomLog
    let timeout: Duration
    private var limit: BatchLimit
    private var held: HeldConnection
    private var cursor = ClaimCursor()
    private var backoff = ReconnectBackoff()
    var passedOver = PassedOver<Int64>()
    /// Webhooks that were alone in a batch and not done in time, once; at most ``overdueAloneMax``.
    private var overdueAlone: Set<Int64> = []
    private var isIdle = false
    private var conflictsInARow = 0
    var lastProcessed: ContinuousClock.Instant?
    /// The last suspect tried, so that one that stays, for whatever reason, does not keep the others from their turn.
    var suspectFloor: Int64 = 0

    /// Makes a worker; ``run()`` starts it. All workers of a process are given the same `reach`.
    /// - Parameter timeout: how long a transaction may take. Defaults to ``transactionTimeout``.
    init(
        _ configuration: ReceivingConfiguration, reader: WebhookReader, trail: BreadcrumbTrail,
        reach: SharedClaimReach, counts: WorkerCounts, log: Logger,
        timeout: Duration = WebhookWorker.transactionTimeout
    ) {
        held = HeldConnection(configuration.database)
        self.reach = reach
        self.counts = counts
        self.log = log
        failureLog = SeldomLog("batch failed", to: log)
        self.timeout = timeout
        limit = BatchLimit(most: configuration.batch, timeMax: timeout)
        run = WebhookBatchRun(
            reader: reader, trail: trail, timeZone: configuration.nxteleTimeZone, now: { .now })
    }

    /// Works until shut down; the batch under way is finished.
    func run() async throws {
        await cancelWhenGracefulShutdown { await self.loop() }
    }

    private func loop() async {
        var delay = PollDelay()
        while !Task.isCancelled {
            let pause: Duration
            switch step() {
            case .worked:
                delay.reset()
                await Task.yield()
                continue
            case .idle: pause = delay.next(jitter: .random(in: 0..<1))
            case .failed: pause = backoff.next(jitter: .random(in: 0..<1))
            }
            // Ends early when cancelled, as the loop does.
            try? await Task.sleep(for: pause)
        }
        held.close()
    }

    private enum Step { case worked, idle, failed }

    /// Processes one batch; and one suspect where there is nothing else, or with every sweep, so that no load starves
    /// it.
    private func step() -> Step {
        do {
            let connection = try held.usable()
            var settled = try batch(on: connection)
            if settled == 0 || cursor.isSweeping { settled += try suspect(on: connection) }
            backoff.reset()
            conflictsInARow = 0
            counts.setReachable(true)
            isIdle = settled == 0
            return isIdle ? .idle : .worked
        } catch {
            rolledBack()
            let failure = error as? PostgresError
            if failure?.isConflict == true {
                counts.conflictRolledBack()
                conflictsInARow += 1
                if conflictsInARow <= Self.conflictRetriesMax { return .worked }
            }
            if failure?.isTransient != true || !held.isUsable { counts.setReachable(false) }
            failureLog.warn(error)
            return .failed
        }
    }

    /// - Returns: how many were settled.
    private func batch(on connection: Connection) throws -> Int {
        var claimed: [ClaimedWebhook] = []
        do {
            do {
                return try whole(&claimed, on: connection)
            } catch let error as PostgresError where !claimed.isEmpty && error.isRowsDoing {
                rolledBack()
                return try isolate(claimed.map(\.seq), cause: error, on: connection)
            }
        } catch let error as PostgresError
            where !claimed.isEmpty && error.reason == .deadlinePassed && error.effect == .none
        {
            overdue(claimed)
            throw error
        }
    }

    /// Claims and processes a batch in one transaction; `claimed` is what it claimed, even where it fails.
    private func whole(_ claimed: inout [ClaimedWebhook], on connection: Connection) throws -> Int {
        let deadline = Deadline.in(timeout)
        reach.update { cursor.begin(now: .now, isIdle: isIdle, in: &$0) }
        let start = ContinuousClock.now
        let result = try connection.transaction(deadline: deadline) { connection in
            // If a pooler lost a prepared statement, this runs again: what was claimed is free again, and below the
            // floor.
            if !claimed.isEmpty { rolledBack() }
            let began = ContinuousClock.now
            claimed = try connection.run(
                ClaimWebhooks(
                    above: cursor.floor, sources: run.reader.sources, limit: limit.current,
                    passingOver: passedOver.current(now: began)), deadline: deadline)
            let now = ContinuousClock.now
            reach.update {
                cursor.claimed(
                    last: claimed.last?.seq, isFull: claimed.count == Int(limit.current),
                    took: began.duration(to: now), now: now, in: &$0)
            }
            return try run.run(claimed, on: connection, deadline: deadline)
        }
        limit.settled(
            read: claimed.count - result.tooMany, left: result.tooMany, bytes: result.rawBytes,
            in: start.duration(to: .now))
        note(result)
        return result.seqs.count
    }

    /// A batch that is not done in time is claimed again at half the size, until it is done or one webhook is alone.
    /// The halves are not tried in one go as in ``isolate(_:cause:on:)``: each may take the whole time, the connection
    /// is gone, and a drain would have to wait for them all.
    ///
    /// A webhook that is alone is tried twice, because the time may have been lost on the way to Postgres, and is then
    /// passed over for a while. It is never buried for that, because its data is not to blame.
    private func overdue(_ claimed: [ClaimedWebhook]) {
        limit.overdue(claimed: claimed.count)
        guard claimed.count == 1 else { return }
        let seq = claimed[0].seq
        if overdueAlone.remove(seq) != nil {
            // Each try takes the whole time.
            passedOver.add([seq], now: .now, span: PassedOver<Int64>.span)
            log.error("webhook not done in time, left waiting", metadata: ["seq": "\(seq)"])
            return
        }
        // Those done since are among them, too.
        if overdueAlone.count >= Self.overdueAloneMax { overdueAlone.removeAll() }
        overdueAlone.insert(seq)
    }

    private func rolledBack() { reach.update { cursor.rolledBack(now: .now, in: &$0) } }

    func note(_ result: BatchResult) {
        counts.add(result)
        if result.processed > 0 { lastProcessed = .now }
        if result.tooMany > 0 { reach.update { cursor.left(in: &$0) } }
        if !result.withoutRaw.isEmpty {
            log.error(
                "queued webhooks without their raw rows, left waiting",
                metadata: ["count": "\(result.withoutRaw.count)", "first_seq": "\(result.withoutRaw[0])"])
        }
    }
}
