import Domain
import Logging
import Metrics
import PostgresClient
import Runtime
import ServiceLifecycle
import Store

/// Claims, parses, deduplicates, applies and removes, a batch in one transaction, on a connection and a thread of its
/// own. Any number of them work side by side in any number of processes.
public actor WebhookWorker: Service {
    private let executor = ThreadExecutor()
    /// The worker's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Processes that may die while parsing one webhook before it is buried unread.
    public static let deathsMax: Int16 = 3
    /// How long one transaction may take before the connection is dropped.
    public static let transactionTimeout = Duration.seconds(30)
    /// How often a batch that met a deadlock or a serialization failure is tried anew before the worker pauses.
    public static let conflictRetriesMax = 5

    private let configuration: ReceivingConfiguration
    private let run: WebhookBatchRun
    private let counts: WorkerCounts
    private let log: Logger
    private var connection: Connection?
    private var cursor = ClaimCursor(now: .now)
    private var backoff = ReconnectBackoff()
    private var isIdle = false

    /// Makes a worker; ``run()`` starts it.
    public init(
        _ configuration: ReceivingConfiguration, reader: WebhookReader, trail: BreadcrumbTrail, counts: WorkerCounts,
        log: Logger
    ) {
        self.configuration = configuration
        self.counts = counts
        self.log = log
        run = WebhookBatchRun(
            reader: reader, trail: trail, timeZone: configuration.nxteleTimeZone, now: { Timestamp(microseconds: wallClockMicroseconds()) })
    }

    /// Works until shut down; the batch under way is finished.
    public func run() async throws {
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
        connection?.close()
        connection = nil
    }

    private enum Step { case worked, idle, failed }

    /// One batch, or one suspect when there is nothing else.
    private func step() -> Step {
        do {
            let connection = try usableConnection()
            var claimed = try batch(on: connection)
            if claimed == 0 { claimed = try suspect(on: connection) }
            backoff.reset()
            counts.setReachable(true)
            isIdle = claimed == 0
            return isIdle ? .idle : .worked
        } catch {
            cursor.rolledBack()
            let failure = error as? PostgresError
            if failure?.sqlState == .deadlockDetected || failure?.sqlState == .serializationFailure {
                counts.conflictRolledBack()
                return .worked
            }
            if failure?.isTransient != true || connection?.isUsable != true { counts.setReachable(false) }
            log.warning("batch failed", metadata: ["error": "\(error)"])
            return .failed
        }
    }

    private func usableConnection() throws(PostgresError) -> Connection {
        if let connection, connection.isUsable { return connection }
        connection = nil
        let opened = try Connection.open(configuration.database, deadline: .in(.seconds(10)))
        connection = opened
        return opened
    }

    private func batch(on connection: Connection) throws -> Int {
        let deadline = Deadline.in(Self.transactionTimeout)
        cursor.begin(now: .now, isIdle: isIdle)
        var claimed: [ClaimedWebhook] = []
        do {
            let result = try connection.transaction(deadline: deadline) { connection in
                let began = ContinuousClock.now
                claimed = try connection.run(
                    ClaimWebhooks(above: cursor.floor, sources: run.reader.sources, limit: configuration.batch),
                    deadline: deadline)
                let now = ContinuousClock.now
                cursor.claimed(
                    last: claimed.last?.seq, isFull: claimed.count == Int(configuration.batch),
                    took: began.duration(to: now), now: now)
                return try run.run(claimed, on: connection, deadline: deadline)
            }
            counts.add(result)
            return claimed.count
        } catch let error as PostgresError where error.sqlState?.blamesData == true {
            cursor.rolledBack()
            try isolate(claimed.map(\.seq), cause: error, on: connection)
            return claimed.count
        }
    }

    /// One row made the statement of the whole batch fail: halves are tried until it is alone, and it is buried. The
    /// parsers let nothing through that a constraint or a type would refuse, so this is for what nobody thought of.
    private func isolate(_ seqs: [Int64], cause: PostgresError, on connection: Connection) throws {
        guard seqs.count > 1 else {
            log.error("webhook refused by Postgres", metadata: ["error": "\(cause)"])
            try inTransaction(on: connection, claim: ClaimWebhooksAgain(seqs)) { claimed, deadline in
                var result = BatchResult()
                for one in claimed {
                    result = try run.bury(
                        one, reason: "refused-by-database", detail: cause.description, tries: 1, on: connection,
                        deadline: deadline)
                }
                return result
            }
            return
        }
        for half in [seqs[..<(seqs.count / 2)], seqs[(seqs.count / 2)...]] {
            do {
                try inTransaction(on: connection, claim: ClaimWebhooksAgain(Array(half))) { claimed, deadline in
                    try run.run(claimed, on: connection, deadline: deadline)
                }
            } catch let error as PostgresError where error.sqlState?.blamesData == true {
                try isolate(Array(half), cause: error, on: connection)
            }
        }
    }

    /// A webhook during whose parsing a process died is tried alone, so that no other can be blamed; after three such
    /// deaths it is buried unread. Death by anything else leaves no trace of it: the trace stands only while it parses.
    private func suspect(on connection: Connection) throws -> Int {
        let deadline = Deadline.in(Self.transactionTimeout)
        let result = try connection.transaction(deadline: deadline) { connection in
            let claim = try connection.run(ClaimSuspect(sources: run.reader.sources), deadline: deadline)
            guard let one = claim else { return BatchResult() }
            guard one.deaths < Self.deathsMax else {
                return try run.bury(
                    one, reason: "killed-the-process", detail: "\(one.deaths) processes died while parsing it",
                    tries: Int32(one.deaths), on: connection, deadline: deadline)
            }
            return try run.run([one], on: connection, deadline: deadline)
        }
        counts.add(result)
        return result.seqs.count
    }

    private func inTransaction(
        on connection: Connection, claim: ClaimWebhooksAgain,
        _ body: ([ClaimedWebhook], Deadline) throws -> BatchResult
    ) throws {
        let deadline = Deadline.in(Self.transactionTimeout)
        let result = try connection.transaction(deadline: deadline) { connection in
            try body(try connection.run(claim, deadline: deadline), deadline)
        }
        counts.add(result)
    }
}
