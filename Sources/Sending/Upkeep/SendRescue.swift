import Domain
import Logging
import Metrics
import PostgresClient
import Runtime
import Store
import Synchronization

/// Frees the sends that dead workers held: those whose lease has ended, or ends later than any lease lasts, and those of
/// processes that have fallen silent.
///
/// Goes from page to page, starting where the last pass stopped. A send that cannot be freed is passed over for a
/// while, so that it hides no others.
final class SendRescue: Sendable {
    /// Leases of one page, and transaction, at most.
    static let rowsMax: Int32 = 500
    /// Pages of one pass at most; the next goes on.
    static let pagesMax = 20
    /// How long a transaction may take, and the search in a page that fails.
    static let timeout = Duration.seconds(10)

    private let configuration: SendingConfiguration
    private let provider: String
    private let owner: UInt128
    private let pool: ConnectionPool
    private let log: Logger
    private let passedOver = Mutex(PassedOver<EntryID>())
    private let endedPlace = Mutex<LostSend?>(nil)
    private let aheadPlace = Mutex<LostSend?>(nil)
    private let silentPlace = Mutex<LostSend?>(nil)
    private let rescued = Counter(label: "postroom_send_rescued_total")

    /// A rescuer in this process.
    init(_ configuration: SendingConfiguration, provider: String, owner: UInt128, pool: ConnectionPool, log: Logger) {
        self.configuration = configuration
        self.provider = provider
        self.owner = owner
        self.pool = pool
        self.log = log
    }

    /// Frees leases that have ended.
    func freeEnded() async throws {
        let count = try await free(.ended, from: endedPlace)
        if count > 0 { log.warning("sends rescued whose lease had ended", metadata: ["count": "\(count)"]) }
    }

    /// Frees leases that were made while the database's clock was ahead.
    func freeAhead() async throws {
        let count = try await free(.ahead, from: aheadPlace)
        if count > 0 {
            log.warning("sends rescued whose lease a clock had put off", metadata: ["count": "\(count)"])
        }
    }

    /// Frees those of processes that have fallen silent, before their leases end.
    func freeSilent() async throws {
        let silent = try await pool.run(FindSilentProcesses(observer: owner), timeout: Self.timeout)
        guard !silent.isEmpty else { return }
        let count = try await free(.ofSilent(silent), from: silentPlace)
        if count > 0 { log.warning("sends rescued whose worker had fallen silent", metadata: ["count": "\(count)"]) }
    }

    private func free(_ leases: LostLeases, from place: borrowing Mutex<LostSend?>) async throws -> Int {
        var count = 0
        for _ in 0..<Self.pagesMax {
            let behind = place.withLock { $0 }
            let page = try await pool.run(
                FindLostSends(provider: provider, leases, behind: behind, limit: Self.rowsMax),
                timeout: Self.timeout)
            let isLast = page.count < Int(Self.rowsMax)
            place.withLock { $0 = isLast ? nil : page.last }
            let left = Set(passedOver.withLock { $0.current(now: .now) })
            count += try await free(page.filter { !left.contains($0.entryID) })
            if isLast { break }
        }
        return count
    }

    private func free(_ sends: [LostSend]) async throws -> Int {
        guard !sends.isEmpty else { return 0 }
        return try await pool.withConnection(timeout: Self.timeout) { connection, deadline in
            do {
                return try self.free(sends, on: connection, deadline: deadline)
            } catch let error as PostgresError where error.isRowsDoing {
                return try self.isolate(sends, cause: error, on: connection, deadline: deadline)
            }
        }
    }

    /// One transaction: see ``RescueSends``.
    private func free(
        _ sends: [LostSend], lockWait: Duration? = nil, on connection: Connection, deadline: Deadline
    ) throws -> Int {
        let statement = RescueSends(
            sends, provider: provider, lookUpAfter: configuration.lookups.unclearAfter,
            unclearDeadline: configuration.lookups.unclearDeadline)
        let count = try connection.transaction(deadline: deadline, lockWait: lockWait) { connection in
            let entries = try connection.run(statement, deadline: deadline)
            _ = try RefreshEntries.run(entries, timeZone: configuration.timeZone, on: connection, deadline: deadline)
            return entries.count
        }
        rescued.increment(by: count)
        return count
    }

    /// One send made the whole page fail: the others go on.
    private func isolate(
        _ sends: [LostSend], cause: PostgresError, on connection: Connection, deadline: Deadline
    ) throws -> Int {
        var findings = BatchIsolation<LostSend>.Findings()
        defer {
            let left = findings.left + findings.refused.map(\.key)
            if !left.isEmpty {
                passedOver.withLock { $0.add(left.map(\.entryID), now: .now) }
                log.error(
                    "sends that cannot be rescued, passed over for a while",
                    metadata: ["error": "\(cause)", "count": "\(left.count)", "first_entry": "\(left[0].entryID)"])
            }
        }
        let search = BatchIsolation<LostSend> { part in
            try self.free(part, lockWait: BatchSearch.lockWait, on: connection, deadline: deadline)
        }
        try search.search(sends, cause: cause, into: &findings)
        return findings.passed
    }
}
