import ArgumentParser
import Foundation
import PostgresClient
import Store

/// `postroom bench send`.
struct BenchSendCommand: MeasuringCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "A send worker against a bare loop of the same calls, at a sandbox that answers in 50 ms.")

    @Option(help: "Rounds; the medians count.")
    var rounds = 5

    @Option(help: "Sends in each round, and calls of the bare loop; 1 to 10000000.")
    var sends: Int32 = 50_000

    @Option(help: "Accounts that the sends are of, 1 to 10000.")
    var accounts: Int32 = 1

    @Option(help: "Calls in flight, 1 to 4096.")
    var calls = 256

    /// How long the sandbox takes to answer.
    private static let delayMilliseconds = 50

    func validate() throws {
        guard (1...10_000_000).contains(sends) else { throw ValidationError("--sends is 1 to 10000000.") }
        guard (1...10_000).contains(accounts) else { throw ValidationError("--accounts is 1 to 10000.") }
        guard (1...4_096).contains(calls) else { throw ValidationError("--calls is 1 to 4096.") }
    }

    func measure(_ bed: BenchBed) async throws {
        var ratios = Figures()
        var memory = 0.0
        Terminal.print("round  worker/s  bare/s  ratio  MB")
        for round in 1...max(rounds, 1) {
            let bare = try await bare(bed)
            let (worker, megabytes) = try await settle(bed)
            ratios.add(worker / bare)
            memory = max(memory, megabytes)
            Terminal.print(
                [
                    "\(round)".padded(to: 7), worker.text(0).padded(to: 10), bare.text(0).padded(to: 8),
                    (worker / bare).text(2).padded(to: 7), megabytes.text(0),
                ].joined())
        }
        Terminal.print(
            "median: \(ratios.median.text(2)) of the bare loop (at least 0.8) with \(calls) in flight and "
                + "\(accounts) account\(accounts == 1 ? "" : "s"), at most \(memory.text(0)) MB resident")
    }

    /// Calls a second of the bare loop.
    private func bare(_ bed: BenchBed) async throws -> Double {
        let fleet = bed.fleet()
        let port = try await bed.startSandbox(fleet, delayMilliseconds: Self.delayMilliseconds)
        let sender = BareSender(port: port, concurrency: calls)
        let speed: Double
        do {
            speed = try await sender.run(calls: sends, concurrency: calls)
        } catch {
            try await sender.close()
            throw error
        }
        try await sender.close()
        try await checkSandbox(port)
        await fleet.stop()
        return speed
    }

    /// Sends settled a second by one worker process, and its memory. Each must be accepted, and once.
    private func settle(_ bed: BenchBed) async throws -> (speed: Double, megabytes: Double) {
        try await bed.freshDatabase()
        let pool = bed.pool()
        try await pool.run(GenerateAccounts(accounts), timeout: .seconds(60))
        try await pool.run(GenerateSends(sends, accounts: accounts), timeout: .seconds(600))
        try await bed.tidy(pool)
        let sandbox = bed.fleet()
        let port = try await bed.startSandbox(sandbox, delayMilliseconds: Self.delayMilliseconds)
        let worker = bed.fleet()
        try await bed.startSendWorker(worker, sandboxPort: port, calls: calls)
        let deadline = ContinuousClock.now + .seconds(600)
        while try await pool.run(HasQueuedSends(), timeout: .seconds(60)) {
            guard ContinuousClock.now < deadline else { throw CommandFailure("The worker did not finish.") }
            try await Task.sleep(for: .milliseconds(200))
        }
        let megabytes = await worker.residentMegabytesMax()
        await worker.stop()
        try await checkSandbox(port)
        await sandbox.stop()
        let sent = try await pool.run(SentSpeed(), timeout: .seconds(60))
        let stored = try await pool.run(CountSends(), timeout: .seconds(60))
        await pool.close()
        let wanted = Int64(sends)
        guard sent.attempts == wanted, sent.entriesAccepted == wanted, stored.accepted == wanted,
            stored.charges == wanted
        else {
            throw CommandFailure(
                "Of \(sends): \(sent.attempts) attempts, \(sent.entriesAccepted) entries with an accepted one, "
                    + "\(stored.accepted) entries accepted, \(stored.charges) charges.")
        }
        return (Double(sent.attempts) * 1000 / Double(max(sent.milliseconds, 1)), megabytes)
    }

    private struct SandboxCount: Decodable {
        var calls: Int
        var accepted: Int
    }

    /// The sandbox must have seen each message once.
    private func checkSandbox(_ port: UInt16) async throws {
        let request = RawHTTP.request("GET", Array("/sandbox/counts".utf8))
        guard let answer = await offPool({ RawHTTP.send(request, port: port) }), answer.status == 200,
            let count = try? JSONDecoder().decode(SandboxCount.self, from: Data(answer.body.utf8))
        else { throw CommandFailure("The sandbox does not tell its counts.") }
        guard count.calls == Int(sends), count.accepted == Int(sends) else {
            throw CommandFailure("Of \(sends) the sandbox saw \(count.calls) calls and accepted \(count.accepted).")
        }
    }
}
