import Domain
import Logging
import Metrics
import PostgresClient
import Providers
import Runtime
import Store
import Synchronization

/// Settles attempts whose outcome, or whose receipt, is still to be seen: by the evidence that came meanwhile, else by
/// asking the provider, else by the account's policy when the time is up.
final class LookupPass: Sendable {
    /// Rows looked at for evidence in one transaction.
    static let evidenceRowsMax: Int32 = 1_000
    /// Such transactions in one pass at most.
    static let evidenceRoundsMax = 20
    /// Attempts asked about in one pass at most.
    static let questionsMax: Int32 = 100
    /// How long a pass may ask.
    static let askingTime = Duration.seconds(20)
    /// How long a lease lasts: the asking, an answer that was begun just before its end, and the transaction.
    static let lease = Duration.seconds(45)
    /// How long a transaction may take, with all its tries.
    static let timeout = Duration.seconds(10)
    /// How often the transaction that settles is tried while others' are in its way.
    static let conflictTriesMax = 5

    private let configuration: SendingConfiguration
    private let provider: any SendingProvider
    private let owner: UInt128
    private let pool: ConnectionPool
    private let queries: RecordQueries
    private let log: Logger
    private let place = Mutex(LookupPlace.start)
    private let found = LookupPass.findings("found")
    private let absent = LookupPass.findings("absent")
    private let unanswered = LookupPass.findings("unanswered")
    private let decided = LookupPass.findings("decided")
    private let passed = Counter(label: "postroom_lookup_deadlines_passed_total")

    private static func findings(_ name: String) -> Counter {
        Counter(label: "postroom_lookups_total", dimensions: [("finding", name)])
    }

    init(
        _ configuration: SendingConfiguration, provider: any SendingProvider, client: ProviderClient, owner: UInt128,
        pool: ConnectionPool, log: Logger
    ) {
        self.configuration = configuration
        self.provider = provider
        self.owner = owner
        self.pool = pool
        self.log = log
        queries = RecordQueries(
            provider: provider, client: client, timeout: configuration.sendTimeout, log: log)
    }

    /// One pass over what is due.
    func run() async throws {
        try await dropDecided()
        let lookups = try await pool.run(
            LeaseLookups(
                provider: provider.name, limit: Self.questionsMax, owner: owner, lease: Self.lease,
                timeZone: configuration.timeZone, receiptDeadline: configuration.lookups.receiptDeadline),
            timeout: Self.timeout)
        guard !lookups.isEmpty else { return }
        let findings = await queries.ask(lookups, until: .now.advanced(by: Self.askingTime))
        // Where the worker stops now, the leases end and another looks.
        try Task.checkCancellation()
        try await settle(Array(zip(lookups, findings)))
    }

    /// Goes on where the last pass stopped, so that a long queue of undecided ones is gone through, too.
    private func dropDecided() async throws {
        for _ in 0..<Self.evidenceRoundsMax {
            let behind = place.withLock { $0 }
            let page = try await pool.run(
                DropDecidedLookups(provider: provider.name, limit: Self.evidenceRowsMax, behind: behind),
                timeout: Self.timeout)
            decided.increment(by: page.count)
            place.withLock { $0 = page.next ?? .start }
            if page.next == nil { break }
        }
    }

    private func settle(_ looked: [(LeasedLookup, LookupFinding)]) async throws {
        let now = Timestamp(microseconds: wallClockMicroseconds())
        let results = looked.map { lookup, finding in result(lookup, finding, now: now) }
        let count = try await pool.withConnection(timeout: Self.timeout) { connection, deadline in
            try self.settle(results, now: now, on: connection, deadline: deadline)
        }
        passed.increment(by: count)
        for (_, finding) in looked {
            switch finding {
            case .found: found.increment()
            case .absent: absent.increment()
            case .unanswered: unanswered.increment()
            }
        }
    }

    /// Tried again where Postgres refuses it for another transaction's sake: an outcome that comes late locks its attempt
    /// and then the look-up (``RecordOutcomes``), this one the look-up and then the attempt, since whether the lease is
    /// still held decides what is done to the attempt. Given up, what was found of all would be lost, and asked for again
    /// when the leases end. It changes nothing twice: a lease ends once, and evidence is what it is.
    private func settle(
        _ results: [Result], now: Timestamp, on connection: Connection, deadline: Deadline
    ) throws -> Int {
        var tries = 0
        while true {
            do {
                return try connection.transaction(deadline: deadline) { connection in
                    try apply(results, now: now, on: connection, deadline: deadline)
                }
            } catch let error as PostgresError where error.sqlState?.codeClass == "40" {
                tries += 1
                guard tries < Self.conflictTriesMax else { throw error }
            }
        }
    }

    private struct Result: Sendable {
        var lookup: LeasedLookup
        var decision: LookupDecision
        var outcome: AttemptOutcome?
        var receipt: ReceiptRecord?
    }

    private func result(_ lookup: LeasedLookup, _ finding: LookupFinding, now: Timestamp) -> Result {
        var record: ProviderRecord?
        if case .found(let shown) = finding { record = shown }
        let report = record?.report
        let decision = LookupDecision(
            lookup, isAnswered: finding != .unanswered, isFound: record != nil,
            isReported: report.map { $0.receipt.rank > .unknown } ?? false,
            policy: lookup.unclearPolicy ?? configuration.unclearPolicy,
            retry: configuration.retryPolicy(maxAutomaticRetries: lookup.maxAutomaticRetries),
            receiptDeadline: configuration.lookups.receiptDeadline)
        var outcome: AttemptOutcome?
        if let record, lookup.state == .unclear {
            let isOurs = record.messageID == lookup.attemptID.description
            outcome = AttemptOutcome(
                attemptID: lookup.attemptID, state: .accepted, counts: true,
                providerMessageID: isOurs ? nil : record.messageID)
        }
        let receipt = report.map { report in
            ReceiptRecord(
                receipt: report.receipt, key: report.key, contentHash: report.contentHash, provider: provider.name,
                origin: ReceiptOrigin(account: lookup.account, webhookID: nil, receivedAt: now),
                match: ReceiptMatch(attemptID: lookup.attemptID, entryID: lookup.entryID))
        }
        return Result(lookup: lookup, decision: decision, outcome: outcome, receipt: receipt)
    }

    /// What was found is evidence, whoever holds the lease; what the time being up brings is the holder's.
    ///
    /// - Returns: how many deadlines passed.
    private func apply(
        _ results: [Result], now: Timestamp, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Int {
        let ordered = results.sorted { $0.lookup.attemptID < $1.lookup.attemptID }
        let held = try connection.run(
            SettleLookups(
                ordered.map {
                    LookupSettlement(
                        attemptID: $0.lookup.attemptID, fence: $0.lookup.fence, dueAfter: $0.decision.dueAfter,
                        timeLeft: $0.lookup.timeLeft)
                }, owner: owner), deadline: deadline)
        let outcomes = ordered.compactMap(\.outcome)
        if !outcomes.isEmpty {
            _ = try connection.run(RecordOutcomes(outcomes, times: configuration.lookups), deadline: deadline)
        }
        var touched = Set(ordered.filter { $0.outcome != nil }.map(\.lookup.entryID))
        touched.formUnion(
            try QueryReceipts.store(ordered.compactMap(\.receipt), on: connection, deadline: deadline))
        let over = ordered.filter { $0.decision.deadlinePasses && held.contains($0.lookup.attemptID) }
        if !over.isEmpty {
            try connection.run(
                PassDeadlines(
                    over.map { result in
                        let lookup = result.lookup
                        let isOfOutcome = lookup.state == .unclear && !lookup.hasReceipt && !lookup.isGivenUp
                        return PassedDeadline(
                            id: lookup.attemptID, state: lookup.state, isOfOutcome: isOfOutcome,
                            isOfReceipt: !isOfOutcome || result.decision.dueAfter == nil)
                    }), deadline: deadline)
            touched.formUnion(over.map(\.lookup.entryID))
            try retry(over.filter(\.decision.retries), now: now, on: connection, deadline: deadline)
        }
        _ = try RefreshEntries.run(touched, timeZone: configuration.timeZone, on: connection, deadline: deadline)
        return over.count
    }

    private func retry(
        _ results: [Result], now: Timestamp, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) {
        guard !results.isEmpty else { return }
        let retries = results.map { result in
            (
                id: AttemptID(at: now, random: (.random(in: 0 ... .max), .random(in: 0 ... .max))),
                after: result.lookup.attemptID
            )
        }
        let count = try connection.run(
            PrepareRetries(retries, maxWait: configuration.maxWait), deadline: deadline)
        log.notice("unclear attempts are tried again by policy", metadata: ["count": "\(count)"])
    }
}
