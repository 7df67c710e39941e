import Domain
import Logging
import Metrics
import PostgresClient
import Runtime
import Store

/// Writes outcomes.
typealias OutcomeRecorder = ReportWriter<OutcomeStore>

extension ReportWriter where Store == OutcomeStore {
    init(_ configuration: SendingConfiguration, provider: String, owner: UInt128, log: Logger) {
        self.init(
            OutcomeStore(configuration, provider: provider, owner: owner, log: log), database: configuration.database,
            failures: Counter(label: "postroom_send_outcome_failures_total"), log: log)
    }
}

/// Writes what calls brought: to the queue, the attempts, the entries.
struct OutcomeStore: ReportStore {
    /// How long one transaction may take before the connection is dropped.
    static let transactionTimeout = Duration.seconds(10)

    private let configuration: SendingConfiguration
    private let provider: String
    private let owner: UInt128
    private let log: Logger
    private let recorded = Counter(label: "postroom_send_outcomes_recorded_total")
    private let late = Counter(label: "postroom_send_outcomes_late_total")

    init(_ configuration: SendingConfiguration, provider: String, owner: UInt128, log: Logger) {
        self.configuration = configuration
        self.provider = provider
        self.owner = owner
        self.log = log
    }

    func withoutWords(_ report: SendReport) -> SendReport? {
        report.result.code != nil || report.result.answer != nil ? report.withoutWords : nil
    }

    func store(_ batch: [SendReport], lockWait: Duration?, on connection: Connection) throws {
        let deadline = Deadline.in(Self.transactionTimeout)
        let isNewPause = try connection.transaction(deadline: deadline, lockWait: lockWait) { connection in
            try apply(batch, on: connection, deadline: deadline)
        }
        recorded.increment(by: batch.count)
        if isNewPause {
            let code = batch.first(where: \.pauses)?.pauseReason ?? "none"
            log.error("provider paused", metadata: ["provider": "\(provider)", "code": "\(code)"])
        }
    }

    /// The queue rows first, then the attempts, then the entries: the order in which all transactions lock them.
    ///
    /// - Returns: whether the provider is paused by it and was not before.
    private func apply(
        _ batch: [SendReport], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Bool {
        var settlements: [SendSettlement] = []
        var outcomes: [AttemptID: AttemptOutcome] = [:]
        var dueAfters: [AttemptID: Duration] = [:]
        // Duplicates last: what they prove stands over a late answer of that attempt itself that is in the same batch.
        for report in batch.filter({ !$0.isDuplicate }) + batch.filter(\.isDuplicate) {
            var outcome = report.outcome
            var dueAfter = report.dueAfter
            if report.isDuplicate, let proven = try provenAttempt(by: report, on: connection, deadline: deadline) {
                var proof = outcomes[proven] ?? AttemptOutcome(attemptID: proven, state: .accepted, counts: true)
                // Else that answer says that it was not taken (see FindDuplicateProof), and this proves nothing.
                if proof.counts, proof.state != .rejected, proof.state != .notSent || proof.code == nil {
                    // The message is with the provider already, by that attempt.
                    proof.state = .accepted
                    proof.isProof = true
                    outcomes[proven] = proof
                    outcome.state = .notSent
                    dueAfter = nil
                }
            }
            outcomes[outcome.attemptID] = outcome
            dueAfters[outcome.attemptID] = dueAfter
            settlements.append(
                SendSettlement(
                    entryID: report.send.entryID, fence: report.send.fence, dueAfter: dueAfter, counts: outcome.counts))
        }
        settlements.sort { $0.entryID < $1.entryID }
        let held = try connection.run(SettleSends(settlements, owner: owner), deadline: deadline)
        let changes = try connection.run(
            RecordOutcomes(outcomes.values.sorted { $0.attemptID < $1.attemptID }, times: configuration.lookups),
            deadline: deadline)
        try requeueLate(
            batch, dueAfters: dueAfters, changed: Set(changes.map(\.attemptID)), held: held, on: connection,
            deadline: deadline)
        var isNewPause = false
        if let report = batch.first(where: \.pauses) {
            isNewPause = try connection.run(
                RecordProviderPause(provider, isPaused: true, code: report.pauseReason), deadline: deadline)
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

    /// Sends to be tried again whose row a rescue has removed meanwhile: their rows are made anew.
    private func requeueLate(
        _ batch: [SendReport], dueAfters: [AttemptID: Duration], changed: Set<AttemptID>, held: Set<EntryID>,
        on connection: Connection, deadline: Deadline
    ) throws(PostgresError) {
        let lost = batch.filter { changed.contains($0.send.attemptID) && !held.contains($0.send.entryID) }
        guard !lost.isEmpty else { return }
        late.increment(by: lost.count)
        let retries = lost.compactMap { report in
            let attempt = report.send.attemptID
            return dueAfters[attempt].map { LateRetry(attemptID: attempt, dueAfter: $0) }
        }
        guard !retries.isEmpty else { return }
        _ = try connection.run(RequeueSends(retries, maxWait: configuration.maxWait), deadline: deadline)
    }
}
