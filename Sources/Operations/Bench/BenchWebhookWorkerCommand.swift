import ArgumentParser
import Store

/// `postroom bench webhook-worker`.
struct BenchWebhookWorkerCommand: MeasuringCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook-worker",
        abstract: "Two worker processes with full effects against pgbench deleting bare rows with SKIP LOCKED.")

    @Option(help: "Rounds; the medians count.")
    var rounds = 5

    @Option(help: "Receipts in each round, each with an entry that it delivers.")
    var receipts: Int32 = 500_000

    @Option(help: "Worker processes.")
    var processes = 2

    func measure(_ bed: BenchBed) async throws {
        let pgbench = try Pgbench(bed)
        var ratios = Figures()
        var memory = 0.0
        Terminal.print("round  settled/s  pgbench bare drain/s  ratio  MB")
        for round in 1...max(rounds, 1) {
            try await bed.freshDatabase()
            let bare = try await pgbench.drain(rows: Int(receipts), clients: 2)
            let (speed, megabytes) = try await settle(bed)
            ratios.add(speed / bare)
            memory = max(memory, megabytes)
            Terminal.print(
                [
                    "\(round)".padded(to: 7), speed.text(0).padded(to: 11), bare.text(0).padded(to: 22),
                    (speed / bare).text(2).padded(to: 7), megabytes.text(0),
                ].joined())
        }
        Terminal.print(
            "median: \(ratios.median.text(2)) of the bare drain (at least 0.2), "
                + "at most \(memory.text(0)) MB resident (under 150)")
    }

    /// Webhooks settled a second, and the most memory of a process.
    private func settle(_ bed: BenchBed) async throws -> (speed: Double, megabytes: Double) {
        let pool = bed.pool()
        try await pool.run(GenerateEntries(receipts), timeout: .seconds(600))
        try await pool.run(GenerateReceipts(), timeout: .seconds(600))
        try await bed.tidy(pool)
        let fleet = bed.fleet()
        for _ in 0..<max(processes, 1) { try await bed.startWorker(fleet) }
        let deadline = ContinuousClock.now + .seconds(600)
        while try await pool.run(InAndOut(), timeout: .seconds(60)).settled < Int64(receipts) {
            guard ContinuousClock.now < deadline else { throw CommandFailure("The workers did not finish.") }
            try await Task.sleep(for: .milliseconds(200))
        }
        let megabytes = await fleet.residentMegabytesMax()
        await fleet.stop()
        let speed = try await pool.run(SettledSpeed(), timeout: .seconds(60))
        let delivered = try await pool.run(CountDelivered(), timeout: .seconds(60))
        await pool.close()
        guard delivered == Int64(receipts), speed.count == Int64(receipts) else {
            throw CommandFailure("\(speed.count) settled and \(delivered) delivered of \(receipts).")
        }
        return (Double(speed.count) * 1000 / Double(max(speed.milliseconds, 1)), megabytes)
    }
}
