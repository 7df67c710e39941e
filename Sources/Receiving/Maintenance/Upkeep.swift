import Domain
import Logging
import PostgresClient
import Runtime
import ServiceLifecycle
import Store
import Synchronization

/// What the workers do beside webhooks, each as a service of its own: partitions, counts, retention, parked receipts,
/// signs of life. None of it blocks intake; every failure is normal and tried again.
struct Upkeep: Sendable {
    /// Days of the inbox made ahead.
    static let daysAhead: Int32 = 7
    /// Times that the days are tried a run while somebody else makes or prunes days, and the pause between two. This
    /// process's own pruning begins at the same moment.
    static let daysTriesMax = 30
    static let daysPause = Duration.seconds(1)
    /// Parked receipts younger than this are swept every few seconds, all others every few minutes.
    static let youngSpan = Duration.seconds(600)
    /// Tally rows folded at a time.
    static let foldRowsMax: Int32 = 200_000
    /// Pairs that opted out or in counted at a time.
    static let foldPairsMax: Int32 = 20_000
    /// Slices of costs computed at a time, every half a minute; a day has 144.
    static let foldSlicesMax = 200
    /// How long that may take before the next slice is left to the next time.
    static let foldTime = Duration.seconds(10)
    /// How long one of them may take: some four million entries in ten minutes.
    static let sliceTimeMax = Duration.seconds(100)
    /// The provider whose receipts tell its clock, as in `ops.provider`.
    static let clockProvider = "nxtele"
    /// Entries removed at a time.
    static let pruneRowsMax: Int32 = 5_000
    /// Times in a row that so many are removed, every ten minutes: seven million a day and process.
    static let pruneRoundsMax = 10

    let pool: ConnectionPool
    let configuration: ReceivingConfiguration
    let log: Logger
    private let oldPlace = OldPlace()

    init(pool: ConnectionPool, configuration: ReceivingConfiguration, log: Logger) {
        self.pool = pool
        self.configuration = configuration
        self.log = log
    }

    /// The services, in no particular order.
    var services: [any Service] {
        [
            every(60, "partitions") { try await partitions() },
            every(20, "tally") {
                _ = try await pool.run(FoldTally(rowsMax: Self.foldRowsMax), timeout: .seconds(30))
            },
            every(20, "tally of the outbox") {
                _ = try await pool.run(FoldOutboxTally(rowsMax: Self.foldRowsMax), timeout: .seconds(30))
            },
            every(20, "tally of opt-outs") {
                _ = try await pool.run(FoldSuppressions(rowsMax: Self.foldPairsMax), timeout: .seconds(30))
            },
            every(600, "retention") { try await retention() },
            every(30, "costs") { try await foldCosts() },
            every(60, "provider's clock") { try await readClock() },
            every(3, "parked receipts, young") { try await sweepYoungParked() },
            every(300, "parked receipts, old") { try await sweepOldParked() },
        ]
    }

    private func every(
        _ seconds: Int, _ name: String, _ action: @escaping @Sendable () async throws -> Void
    ) -> any Service {
        Periodic(name, every: .seconds(seconds), runTimeMax: .seconds(120), logger: log, action: action)
    }

    private func partitions() async throws {
        for _ in 0..<Self.daysTriesMax {
            let days = try await pool.run(MakeInboxDays(ahead: Self.daysAhead), timeout: .seconds(30))
            for day in days {
                log.info(
                    "inbox day",
                    metadata: [
                        "day": "\(day.day?.description ?? "")", "outcome": "\(day.outcome)", "rows": "\(day.rowCount)",
                    ])
            }
            // No day: somebody else was at the days, for moments. Where a day is busy, a reader holds it: that lasts.
            guard days.contains(where: { $0.day == nil }) else { return }
            try await Task.sleep(for: Self.daysPause)
        }
    }

    private func retention() async throws {
        for day in try await pool.run(PruneInbox(retention: configuration.inboxRetention), timeout: .seconds(60)) {
            log.info(
                "inbox day pruned", metadata: ["day": "\(day.day?.description ?? "")", "outcome": "\(day.outcome)"])
        }
        for _ in 0..<Self.pruneRoundsMax {
            let pruned = try await pool.run(
                PruneOutbox(retention: configuration.outboxRetention, rowsMax: Self.pruneRowsMax), timeout: .seconds(60)
            )
            if pruned > 0 { log.info("entries pruned", metadata: ["count": "\(pruned)"]) }
            if pruned < Int64(Self.pruneRowsMax) { break }
        }
        for _ in 0..<Self.pruneRoundsMax {
            let pruned = try await pool.run(
                PruneAlerts(retention: configuration.outboxRetention, rowsMax: Self.pruneRowsMax), timeout: .seconds(60)
            )
            if pruned > 0 { log.info("notifications pruned", metadata: ["count": "\(pruned)"]) }
            if pruned < Int64(Self.pruneRowsMax) { break }
        }
        _ = try await pool.run(PruneHeartbeats(keep: .seconds(3_600)), timeout: .seconds(30))
    }

    private func foldCosts() async throws {
        let end = ContinuousClock.now.advanced(by: Self.foldTime)
        for _ in 0..<Self.foldSlicesMax where ContinuousClock.now < end {
            let slice = try await pool.withConnection(timeout: Self.sliceTimeMax + .seconds(5)) {
                connection, deadline in
                try connection.transaction(deadline: deadline) { connection in
                    try connection.run(
                        LimitStatementTime(milliseconds: Int32(Self.sliceTimeMax / .milliseconds(1))),
                        deadline: deadline)
                    return try connection.run(FoldCostSlice(), deadline: deadline)
                }
            }
            guard slice != nil else { break }
        }
    }

    private func readClock() async throws {
        let samples = try await pool.run(ReadClockSamples(provider: Self.clockProvider), timeout: .seconds(10))
        guard let estimate = ClockEstimate(samples) else { return }
        _ = try await pool.run(
            RecordClock(provider: Self.clockProvider, estimate, timeZone: configuration.nxteleTimeZone),
            timeout: .seconds(10))
    }

    private func sweepYoungParked() async throws {
        let border = Timestamp(microseconds: now().microseconds - Self.youngSpan.components.seconds * 1_000_000)
        _ = try await sweepParked("young", from: ParkedSweep.Place(receivedAt: border), until: now())
    }

    /// Goes on where the last one ended, so that many receipts that never match do not hide those behind them.
    private func sweepOldParked() async throws {
        let border = Timestamp(microseconds: now().microseconds - Self.youngSpan.components.seconds * 1_000_000)
        let start = oldPlace.place.withLock { $0 } ?? ParkedSweep.Place(receivedAt: Timestamp(microseconds: 0))
        let next = try await sweepParked("old", from: start, until: border)
        oldPlace.place.withLock { $0 = next }
    }

    private func sweepParked(
        _ name: String, from start: ParkedSweep.Place, until youngest: Timestamp
    ) async throws -> ParkedSweep.Place? {
        let sweep = ParkedSweep(timeZone: configuration.nxteleTimeZone, name: name)
        let (matched, next) = try await pool.withConnection(timeout: .seconds(60)) { connection, deadline in
            try sweep.run(from: start, until: youngest, on: connection, deadline: deadline)
        }
        if matched > 0 { log.info("parked receipts matched", metadata: ["count": "\(matched)"]) }
        return next
    }

    private func now() -> Timestamp { Timestamp(microseconds: wallClockMicroseconds()) }

    /// Where the next sweep of old parked receipts goes on; nil begins anew.
    private final class OldPlace: Sendable {
        let place = Mutex<ParkedSweep.Place?>(nil)
    }
}
