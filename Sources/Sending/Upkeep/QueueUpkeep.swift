import Domain
import Logging
import Metrics
import PostgresClient
import Store

/// Keeps the queues true, even while the provider is paused: ends sends that are past their validity, frees look-ups
/// that dead workers held, removes what is long past. The sends of dead workers are left to ``SendRescue``.
struct QueueUpkeep: Sendable {
    /// Rows of one transaction at most.
    static let rowsMax: Int32 = 500
    /// Transactions of one run at most; the next goes on.
    static let roundsMax = 20
    /// How long a transaction may take.
    static let timeout = Duration.seconds(10)
    /// How long slots of rate limits are kept.
    static let slotsKept = Duration.seconds(60)

    let configuration: SendingConfiguration
    let provider: String
    let pool: ConnectionPool
    let log: Logger
    private let expired = Counter(label: "postroom_send_expired_total")

    init(_ configuration: SendingConfiguration, provider: String, pool: ConnectionPool, log: Logger) {
        self.configuration = configuration
        self.provider = provider
        self.pool = pool
        self.log = log
    }

    /// Frees look-ups whose lease has ended. See ``RescueLookups``.
    func rescueLookups() async throws {
        let lookups = try await pool.run(RescueLookups(limit: Self.rowsMax), timeout: Self.timeout)
        if lookups > 0 { log.warning("look-ups rescued", metadata: ["count": "\(lookups)"]) }
    }

    /// Ends what is past its validity. See ``ExpireSends``.
    func expire() async throws {
        let count = try await inRounds { connection, deadline throws(PostgresError) in
            try connection.run(ExpireSends(limit: Self.rowsMax), deadline: deadline)
        }
        if count > 0 {
            expired.increment(by: count)
            log.info("sends expired", metadata: ["count": "\(count)"])
        }
    }

    /// Removes slots that are long past.
    func pruneSlots() async throws {
        let names = [provider, ProviderProbe.slotName(of: provider)]
        _ = try await pool.run(PruneSendSlots(providers: names, keep: Self.slotsKept), timeout: Self.timeout)
    }

    /// Runs a statement and computes the states of its entries anew, a transaction a time, until few are left.
    private func inRounds(
        _ statement: @escaping @Sendable (Connection, Deadline) throws(PostgresError) -> Set<EntryID>
    ) async throws -> Int {
        var count = 0
        for _ in 0..<Self.roundsMax {
            let timeZone = configuration.timeZone
            let done = try await pool.withConnection(timeout: Self.timeout) { connection, deadline in
                try connection.transaction(deadline: deadline) { connection in
                    let entries = try statement(connection, deadline)
                    _ = try RefreshEntries.run(entries, timeZone: timeZone, on: connection, deadline: deadline)
                    return entries.count
                }
            }
            count += done
            if done < Int(Self.rowsMax) { break }
        }
        return count
    }
}
