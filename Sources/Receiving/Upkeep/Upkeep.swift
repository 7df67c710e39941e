import Domain
import Logging
import PostgresClient
import Runtime
import ServiceLifecycle
import Store

/// What the workers do besides webhooks, each as a service of its own: partitions, counts, retention, parked receipts,
/// signs of life. None of it blocks intake; failures are normal, and everything is tried again.
struct Upkeep: Sendable {
    /// Days of the inbox made ahead.
    static let daysAhead: Int32 = 7
    /// How often a run tries the days again while somebody else makes or prunes days, and the pause between two tries.
    /// This process's own pruning starts at the same moment.
    static let daysTriesMax = 30
    static let daysPause = Duration.seconds(1)
    /// Tally rows folded at a time.
    static let foldRowsMax: Int32 = 200_000
    /// Pairs that opted out or in counted at a time.
    static let foldPairsMax: Int32 = 20_000
    /// Slices of costs computed at a time, every half a minute; a day has 144.
    static let foldSlicesMax = 200
    /// How long that may take before the rest is left to the next run.
    static let foldTime = Duration.seconds(10)
    /// How long one of them may take: some four million entries in ten minutes.
    static let sliceTimeMax = Duration.seconds(100)
    /// The provider whose receipts tell its clock.
    static let clockProvider = ProviderName.nxtele
    /// How long heartbeats are kept.
    static let heartbeatsKept = Duration.seconds(3_600)
    /// Entries removed at a time; notifications and heartbeats likewise.
    static let pruneRowsMax: Int32 = 5_000
    /// How many times in a row they are removed, every ten minutes: seven million a day and process.
    static let pruneRoundsMax = 10

    let pool: ConnectionPool
    let configuration: ReceivingConfiguration
    let log: Logger
    private let parked: ParkedUpkeep

    init(pool: ConnectionPool, configuration: ReceivingConfiguration, log: Logger) {
        self.pool = pool
        self.configuration = configuration
        self.log = log
        parked = ParkedUpkeep(pool: pool, timeZone: configuration.nxteleTimeZone, log: log)
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
            // Each by itself: an obstacle to one must not stop the others.
            every(600, "retention of the inbox") { try await pruneInbox() },
            every(600, "retention of entries") { try await pruneEntries() },
            every(600, "retention of notifications") { try await pruneNotifications() },
            every(600, "retention of signs of life") { try await pruneHeartbeats(keep: Self.heartbeatsKept) },
            every(60, "signs of life to come") { try await pruneHeartbeats(keep: nil) },
            Periodic.unreadSessions(logger: log) {
                try await pool.run(EndUnreadSessions(), timeout: .seconds(10))
            },
            every(30, "costs") { try await foldCosts() },
            every(60, "provider's clock") { try await readClock() },
            every(3, "parked receipts, young") { try await parked.sweepYoung() },
            every(300, "parked receipts, old") { try await parked.sweepOld() },
        ]
    }

    private func every(
        _ seconds: Int, _ name: String, _ action: @escaping @Sendable () async throws -> Void
    ) -> any Service {
        Periodic(name, every: .seconds(seconds), runTimeMax: .seconds(120), logger: log, action: action)
    }

    private func partitions() async throws {
        try await atDays({ _ in "inbox day" }) {
            try await pool.run(MakeInboxDays(ahead: Self.daysAhead), timeout: .seconds(30))
        }
    }

    private func pruneInbox() async throws {
        try await atDays({ $0.isPruned ? "inbox day pruned" : "inbox day kept" }) {
            try await pool.run(PruneInbox(retention: configuration.inboxRetention, now: .now), timeout: .seconds(60))
        }
    }

    /// Runs what makes or removes days, and repeats it within a second while somebody else is at it, which takes
    /// moments.
    private func atDays(_ message: (DayUpkeep) -> Logger.Message, _ run: () async throws -> [DayUpkeep]) async throws {
        for _ in 0..<Self.daysTriesMax {
            let days = try await run()
            for day in days where !day.isAnothersTurn {
                log.info(
                    message(day),
                    metadata: [
                        "day": "\(day.day?.description ?? "")", "outcome": "\(day.outcome)", "rows": "\(day.rowCount)",
                        "detail": "\(day.detail ?? "")",
                    ])
            }
            guard days.contains(where: \.isAnothersTurn) else { return }
            try await Task.sleep(for: Self.daysPause)
        }
    }

    private func pruneEntries() async throws {
        try await inRounds("entries pruned") {
            try await pool.run(
                PruneOutbox(retention: configuration.outboxRetention, now: .now, rowsMax: Self.pruneRowsMax),
                timeout: .seconds(60))
        }
    }

    private func pruneNotifications() async throws {
        try await inRounds("notifications pruned") {
            try await pool.run(
                PruneAlerts(retention: configuration.outboxRetention, now: .now, rowsMax: Self.pruneRowsMax),
                timeout: .seconds(60))
        }
    }

    private func pruneHeartbeats(keep: Duration?) async throws {
        try await inRounds("signs of life pruned") {
            try await pool.run(
                PruneHeartbeats(keep: keep, rowsMax: Self.pruneRowsMax), timeout: .seconds(30))
        }
    }

    /// Removes so many rows at a time until fewer are left, and not for ever.
    private func inRounds(_ message: Logger.Message, _ prune: () async throws -> Int64) async throws {
        for _ in 0..<Self.pruneRoundsMax {
            let pruned = try await prune()
            if pruned > 0 { log.info(message, metadata: ["count": "\(pruned)"]) }
            if pruned < Int64(Self.pruneRowsMax) { break }
        }
    }

    private func foldCosts() async throws {
        let end = ContinuousClock.now.advanced(by: Self.foldTime)
        for _ in 0..<Self.foldSlicesMax where ContinuousClock.now < end {
            let slice = try await pool.withConnection(timeout: Self.sliceTimeMax + .seconds(5)) {
                connection, deadline in
                try connection.transaction(deadline: deadline) { connection in
                    try connection.run(LimitStatementTime(Self.sliceTimeMax), deadline: deadline)
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
}
