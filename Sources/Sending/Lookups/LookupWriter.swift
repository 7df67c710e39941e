import Domain
import Logging
import Metrics
import PostgresClient
import Runtime
import Store

/// Writes down what look-ups brought.
///
/// A look-up that cannot be written holds up no other: it is left, its lease ends, and it is looked up again.
struct LookupWriter: Sendable {
    /// Of one transaction at most.
    static let resultsMax = 100
    /// How long a transaction may take with all its tries, and the search in one that fails.
    static let timeout = Duration.seconds(10)
    /// How often the transaction is tried while other transactions are in its way.
    static let conflictTriesMax = 5

    private let configuration: SendingConfiguration
    private let owner: UInt128
    private let pool: ConnectionPool
    private let log: Logger
    private let passed = Counter(label: "postroom_lookup_deadlines_passed_total")

    /// A writer of this process.
    init(_ configuration: SendingConfiguration, owner: UInt128, pool: ConnectionPool, log: Logger) {
        self.configuration = configuration
        self.owner = owner
        self.pool = pool
        self.log = log
    }

    /// Writes these down, each attempt once.
    ///
    /// - Returns: whether all of them could be written.
    func write(_ results: [LookupResult], now: Timestamp) async throws -> Bool {
        let ordered = results.sorted { $0.attempt.attemptID < $1.attempt.attemptID }
        var isWhole = true
        for start in stride(from: 0, to: ordered.count, by: Self.resultsMax) {
            let part = Array(ordered[start..<min(start + Self.resultsMax, ordered.count)])
            isWhole =
                try await pool.withConnection(timeout: Self.timeout) { connection, deadline in
                    do {
                        try self.write(part, now: now, on: connection, deadline: deadline)
                        return true
                    } catch let error as PostgresError where error.isRowsDoing {
                        return try self.isolate(part, cause: error, now: now, on: connection, deadline: deadline)
                    }
                } && isWhole
        }
        return isWhole
    }

    /// Tried again where Postgres refuses it because of another transaction. A late outcome locks its attempt and then
    /// the look-up (``RecordOutcomes``); this transaction locks the look-up and then the attempt, because whether the
    /// lease is still held decides what is done to the attempt. Nothing is changed twice: a lease ends only once, and
    /// repeated evidence adds nothing.
    private func write(
        _ results: [LookupResult], lockWait: Duration? = nil, now: Timestamp, on connection: Connection,
        deadline: Deadline
    ) throws {
        var tries = 0
        while true {
            do {
                let count = try connection.transaction(deadline: deadline, lockWait: lockWait) { connection in
                    try apply(results, now: now, on: connection, deadline: deadline)
                }
                passed.increment(by: count)
                return
            } catch let error as PostgresError where error.isConflict {
                tries += 1
                guard tries < Self.conflictTriesMax else { throw error }
            }
        }
    }

    /// One made the whole batch fail: the others are written.
    private func isolate(
        _ results: [LookupResult], cause: PostgresError, now: Timestamp, on connection: Connection, deadline: Deadline
    ) throws -> Bool {
        var findings = BatchIsolation<LookupResult>.Findings()
        let search = BatchIsolation<LookupResult> { part in
            try self.write(part, lockWait: BatchSearch.lockWait, now: now, on: connection, deadline: deadline)
            return part.count
        }
        try search.search(results, cause: cause, into: &findings)
        let left = findings.left + findings.refused.map(\.key)
        guard let first = left.first else { return true }
        log.error(
            "look-ups that cannot be written down, left to another pass",
            metadata: [
                "error": "\(cause)", "count": "\(left.count)", "first_attempt": "\(first.attempt.attemptID)",
            ])
        return false
    }

    /// A finding is evidence, no matter who holds the lease; only the holder may act on a deadline.
    ///
    /// - Returns: how many deadlines passed.
    private func apply(
        _ ordered: [LookupResult], now: Timestamp, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Int {
        let settlements = ordered.compactMap(\.settlement)
        let held =
            try settlements.isEmpty
            ? [] : connection.run(SettleLookups(settlements, owner: owner), deadline: deadline)
        let outcomes = ordered.compactMap(\.outcome)
        if !outcomes.isEmpty {
            _ = try connection.run(RecordOutcomes(outcomes, times: configuration.lookups), deadline: deadline)
        }
        var touched = Set(ordered.filter { $0.outcome != nil }.map(\.attempt.entryID))
        touched.formUnion(
            try QueryReceipts.store(ordered.compactMap(\.receipt), on: connection, deadline: deadline))
        let over = ordered.filter { $0.passedDeadline != nil && held.contains($0.attempt.attemptID) }
        if !over.isEmpty {
            try connection.run(PassDeadlines(over.compactMap(\.passedDeadline)), deadline: deadline)
            touched.formUnion(over.map(\.attempt.entryID))
            try retry(over.filter { $0.end?.decision.retries == true }, now: now, on: connection, deadline: deadline)
        }
        _ = try RefreshEntries.run(touched, timeZone: configuration.timeZone, on: connection, deadline: deadline)
        return over.count
    }

    private func retry(
        _ results: [LookupResult], now: Timestamp, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) {
        guard !results.isEmpty else { return }
        let retries = results.map { (id: AttemptID.new(at: now), after: $0.attempt.attemptID) }
        let count = try connection.run(
            PrepareRetries(retries, maxWait: configuration.maxWait), deadline: deadline)
        log.notice("unclear attempts are tried again by policy", metadata: ["count": "\(count)"])
    }
}
