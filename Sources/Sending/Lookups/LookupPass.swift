import Domain
import Logging
import Metrics
import PostgresClient
import Providers
import Runtime
import Store
import Synchronization

/// Settles attempts whose outcome or receipt is still open: by the evidence that came meanwhile, else by asking the
/// provider, else by the account's policy when the time is up.
final class LookupPass: Sendable {
    /// Rows looked at for evidence in one transaction.
    static let evidenceRowsMax: Int32 = 1_000
    /// Such transactions in one pass at most.
    static let evidenceRoundsMax = 20
    /// Attempts asked about in one pass at most.
    static let questionsMax: Int32 = 100
    /// How long a pass may ask.
    static let askingTime = Duration.seconds(20)
    /// How long a lease lasts: the queries, an answer that began just before their end, and the transactions that
    /// record the findings and settle the look-ups.
    static let lease = Duration.seconds(55)
    /// How long a transaction may take.
    static let timeout = Duration.seconds(10)

    private let configuration: SendingConfiguration
    private let provider: any SendingProvider
    private let owner: UInt128
    private let pool: ConnectionPool
    private let queries: RecordQueries
    private let writer: LookupWriter
    private let log: Logger
    private let place = Mutex(LookupPlace.start)
    private let found = LookupPass.findings("found")
    private let absent = LookupPass.findings("absent")
    private let unanswered = LookupPass.findings("unanswered")
    private let decided = LookupPass.findings("decided")

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
            provider: provider, client: client, timeout: configuration.sendTimeout,
            listedAfter: configuration.lookups.unclearAfter, log: log)
        writer = LookupWriter(configuration, owner: owner, pool: pool, log: log)
    }

    /// One pass over what is due.
    func run() async throws {
        try await dropDecided()
        let lookups = try await pool.run(
            LeaseLookups(
                provider: provider.name, limit: Self.questionsMax, owner: owner, lease: Self.lease,
                timeZone: configuration.timeZone, receiptDeadline: configuration.lookups.receiptDeadline),
            timeout: Self.timeout)
        var shown: [AttemptID: ProviderRecord] = [:]
        var findings = await queries.ask(lookups, until: .now.advanced(by: Self.askingTime)) { records in
            await self.keep(records, into: &shown)
        }
        for (index, lookup) in lookups.enumerated() {
            if case .found = findings[index] { continue }
            if let record = shown[lookup.attemptID] { findings[index] = .found(record) }
        }
        // If the worker stops now, the leases end and another worker looks.
        try Task.checkCancellation()
        try await settle(Array(zip(lookups, findings)))
    }

    /// Records what a page of a list shows of all attempts that are waited for, not only of those whose turn it is,
    /// because the page may not be read again before their deadlines.
    ///
    /// - Returns: whether all of it could be written.
    private func keep(_ records: [ProviderRecord], into shown: inout [AttemptID: ProviderRecord]) async -> Bool {
        do {
            let sought = try await pool.run(
                FindSoughtAttempts(records.map(\.messageID), provider: provider.name), timeout: Self.timeout)
            let now = Timestamp.now
            var results: [AttemptID: LookupResult] = [:]
            for (place, attempt) in sought where results[attempt.attemptID]?.receipt == nil {
                let record = records[place]
                shown[attempt.attemptID] = record
                results[attempt.attemptID] = LookupResult(attempt, record, provider: provider.name, now: now)
            }
            return try await writer.write(results.values.filter(\.hasEvidence), now: now)
        } catch {
            log.warning("what a day list shows cannot be written down", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Goes on where the last pass stopped, so that a long queue of undecided look-ups is worked through, too.
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
        let now = Timestamp.now
        _ = try await writer.write(looked.map { result($0, $1, now: now) }, now: now)
        for (_, finding) in looked {
            switch finding {
            case .found: found.increment()
            case .absent, .unlisted: absent.increment()
            case .unanswered: unanswered.increment()
            }
        }
    }

    private func result(_ lookup: LeasedLookup, _ finding: LookupFinding, now: Timestamp) -> LookupResult {
        var record: ProviderRecord?
        if case .found(let shown) = finding { record = shown }
        var result = LookupResult(lookup.attempt, record, provider: provider.name, now: now)
        let decision = LookupDecision(
            lookup, isAnswered: record != nil || finding == .absent, isFound: record != nil,
            isReported: result.receipt.map { $0.receipt.rank > .unknown } ?? false,
            policy: lookup.unclearPolicy ?? configuration.unclearPolicy,
            retry: configuration.retryPolicy(maxAutomaticRetries: lookup.maxAutomaticRetries),
            receiptDeadline: configuration.lookups.receiptDeadline)
        result.end = (lookup, decision)
        return result
    }
}
