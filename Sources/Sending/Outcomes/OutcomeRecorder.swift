import Domain
import Logging
import Metrics
import PostgresClient
import Runtime
import ServiceLifecycle
import Store

/// Writes outcomes, all that came while the last were written in one transaction, on a connection and a thread of its
/// own.
///
/// A transaction whose end is not known is written again until it is: whatever it did, the second time changes nothing.
/// While Postgres is away outcomes wait here; where the process is killed over it, its leases end and the attempts are
/// looked up. As a service it comes before the calls, so that it ends after them.
actor OutcomeRecorder: Service {
    private let executor = ThreadExecutor()
    /// The recorder's own thread.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Outcomes in one transaction at most.
    static let batchMax = 500
    /// How long one transaction may take before the connection is dropped.
    static let transactionTimeout = Duration.seconds(10)

    private let configuration: SendingConfiguration
    private let provider: String
    private let owner: UInt128
    private let log: Logger
    private nonisolated let pending = PendingReports()
    private var connection: Connection?
    private var backoff = ReconnectBackoff(ceiling: .milliseconds(500))
    private let recorded = Counter(label: "postroom_send_outcomes_recorded_total")
    private let late = Counter(label: "postroom_send_outcomes_late_total")
    private let failures = Counter(label: "postroom_send_outcome_failures_total")

    init(_ configuration: SendingConfiguration, provider: String, owner: UInt128, log: Logger) {
        self.configuration = configuration
        self.provider = provider
        self.owner = owner
        self.log = log
    }

    /// Outcomes that wait.
    nonisolated var pendingCount: Int { pending.count }

    /// Queues outcomes to be written soon.
    nonisolated func record(_ reports: some Sequence<SendReport>) {
        guard pending.add(reports) else { return }
        Task { await write() }
    }

    /// Stays until shut down, and then writes what still waits.
    func run() async throws {
        try? await gracefulShutdown()
        write()
        connection?.close()
        connection = nil
    }

    /// Writes until nothing waits. Occupies the thread.
    func write() {
        while let batch = pending.take(Self.batchMax) { write(batch) }
    }

    private func write(_ batch: [SendReport]) {
        while true {
            do {
                try store(batch)
                backoff.reset()
                return
            } catch {
                failures.increment()
                let failure = error as? PostgresError
                if failure?.sqlState?.blamesData == true { return writeSingly(batch, cause: error) }
                // A conflict with another transaction is nobody's fault, and over after a short pause, too.
                if failure?.sqlState != .deadlockDetected && failure?.sqlState != .serializationFailure {
                    log.warning(
                        "recording outcomes failed", metadata: ["error": "\(error)", "count": "\(batch.count)"])
                }
                Deadline.in(backoff.next(jitter: .random(in: 0..<1))).blockThread()
            }
        }
    }

    /// One report's words are not to Postgres's liking: they must not hold up the others, and what matters of that one
    /// is written without them.
    private func writeSingly(_ batch: [SendReport], cause: any Error) {
        if batch.count > 1 {
            for report in batch { write([report]) }
        } else if let report = batch.first, report.result.code != nil || report.result.answer != nil {
            log.error("Postgres refused a provider's words", metadata: ["error": "\(cause)"])
            write([report.withoutWords])
        } else {
            // Its lease ends, and it is looked up.
            log.critical("an outcome could not be recorded", metadata: ["error": "\(cause)"])
        }
    }

    private func store(_ batch: [SendReport]) throws {
        let deadline = Deadline.in(Self.transactionTimeout)
        let connection = try Connection.usable(&connection, configuration.database, deadline: .in(.seconds(10)))
        let isNewPause = try connection.transaction(deadline: deadline) { connection in
            try apply(batch, on: connection, deadline: deadline)
        }
        recorded.increment(by: batch.count)
        if isNewPause {
            let code = batch.first(where: \.pauses)?.result.code ?? "none"
            log.error("provider paused", metadata: ["provider": "\(provider)", "code": "\(code)"])
        }
    }

    /// The queue rows first, then the attempts, then the entries: the order in which everybody locks them.
    ///
    /// - Returns: whether the provider is paused by it and was not before.
    private func apply(
        _ batch: [SendReport], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Bool {
        var settlements: [SendSettlement] = []
        var outcomes: [AttemptID: AttemptOutcome] = [:]
        for report in batch {
            var outcome = report.outcome
            var dueAfter = report.dueAfter
            if report.isDuplicate, let proven = try provenAttempt(by: report, on: connection, deadline: deadline) {
                // The message is with the provider already, by that attempt.
                if outcomes[proven] == nil {
                    outcomes[proven] = AttemptOutcome(attemptID: proven, state: .accepted, counts: true)
                }
                outcome.state = .notSent
                dueAfter = nil
            }
            outcomes[outcome.attemptID] = outcome
            settlements.append(
                SendSettlement(
                    entryID: report.send.entryID, fence: report.send.fence, dueAfter: dueAfter, counts: outcome.counts))
        }
        settlements.sort { $0.entryID < $1.entryID }
        let held = try connection.run(SettleSends(settlements, owner: owner), deadline: deadline)
        let changes = try connection.run(
            RecordOutcomes(outcomes.values.sorted { $0.attemptID < $1.attemptID }, times: configuration.lookups),
            deadline: deadline)
        try requeueLate(batch, changed: Set(changes.map(\.attemptID)), held: held, on: connection, deadline: deadline)
        var isNewPause = false
        if let report = batch.first(where: \.pauses) {
            isNewPause = try connection.run(
                RecordProviderPause(provider, isPaused: true, code: report.result.code), deadline: deadline)
        }
        _ = try RefreshEntries.run(
            held.union(changes.map(\.entryID)), timeZone: configuration.timeZone, on: connection, deadline: deadline)
        return isNewPause
    }

    private func provenAttempt(
        by report: SendReport, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> AttemptID? {
        guard report.send.hasHistory else { return nil }
        return try connection.run(FindDuplicateProof(of: report.send.attemptID), deadline: deadline)
    }

    /// Those whose row a rescue has taken away meanwhile and that are to come again: their rows are made anew.
    private func requeueLate(
        _ batch: [SendReport], changed: Set<AttemptID>, held: Set<EntryID>, on connection: Connection,
        deadline: Deadline
    ) throws(PostgresError) {
        let lost = batch.filter { changed.contains($0.send.attemptID) && !held.contains($0.send.entryID) }
        guard !lost.isEmpty else { return }
        late.increment(by: lost.count)
        let retries = lost.compactMap { report in
            report.dueAfter.map { LateRetry(attemptID: report.send.attemptID, dueAfter: $0) }
        }
        guard !retries.isEmpty else { return }
        _ = try connection.run(RequeueSends(retries, maxWait: configuration.maxWait), deadline: deadline)
    }
}
