import ArgumentParser
import Store

/// `postroom bench api`.
struct BenchAPICommand: MeasuringCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "Durable sends over the API against the same server echoing the body without a database.",
        discussion: """
            Each round is measured with the key of one account and with those of many, in fresh databases: the row of \
            one account must not serialise a campaign.
            """)

    @Option(help: "Rounds; the medians count.")
    var rounds = 5

    @Option(help: "Seconds for each figure of a round.")
    var seconds = 6

    @Option(help: "Kept-alive connections.")
    var connections = 64

    @Option(help: "Accounts of the second figure, 1 to 10000.")
    var accounts: Int32 = 1_000

    func validate() throws {
        guard (1...10_000).contains(accounts) else { throw ValidationError("--accounts is 1 to 10000.") }
    }

    func measure(_ bed: BenchBed) async throws {
        var ofEcho = (one: Figures(), many: Figures())
        var p99 = (one: Figures(), many: Figures())
        var alike = Figures()
        var memory = 0.0
        Terminal.print(
            "round  1 account/s  p99 ms  \("\(accounts) accounts/s".padded(to: 16))p99 ms  echo/s   ratios      MB")
        for round in 1...max(rounds, 1) {
            let echo = try await echo(bed).requestsPerSecond
            let (one, megabytesOne) = try await durable(bed, accounts: 1)
            let (many, megabytesMany) = try await durable(bed, accounts: accounts)
            let ratios = (one: one.requestsPerSecond / echo, many: many.requestsPerSecond / echo)
            ofEcho.one.add(ratios.one)
            ofEcho.many.add(ratios.many)
            p99.one.add(one.p99)
            p99.many.add(many.p99)
            alike.add(many.requestsPerSecond / one.requestsPerSecond)
            let megabytes = max(megabytesOne, megabytesMany)
            memory = max(memory, megabytes)
            Terminal.print(
                [
                    "\(round)".padded(to: 7), one.requestsPerSecond.text(0).padded(to: 13),
                    one.p99.text(1).padded(to: 8), many.requestsPerSecond.text(0).padded(to: 16),
                    many.p99.text(1).padded(to: 8), echo.text(0).padded(to: 9),
                    "\(ratios.one.text(2)), \(ratios.many.text(2))".padded(to: 12), megabytes.text(0),
                ].joined())
        }
        Terminal.print(
            "medians: \(ofEcho.one.median.text(2)) of the same server echoing without a database with one account, "
                + "\(ofEcho.many.median.text(2)) with \(accounts) (each at least 0.4), "
                + "\(accounts) accounts \(alike.median.text(2)) of one (alike), "
                + "p99 \(p99.one.median.text(1)) and \(p99.many.median.text(1)) ms, "
                + "at most \(memory.text(0)) MB resident")
    }

    private func echo(_ bed: BenchBed) async throws -> Wrk.Result {
        let wrk = try Wrk(folder: bed.folder.state, load: .sends(accounts: 1))
        let fleet = bed.fleet()
        let port = try await bed.startEchoAPI(fleet)
        let result = try await wrk.run(port: port, connections: connections, seconds: seconds)
        await fleet.stop()
        guard result.failures == 0 else { throw CommandFailure("\(result.failures) requests of the echo failed.") }
        return result
    }

    /// Sends into a fresh database by the keys of this many accounts. Everything that was answered must be in it.
    private func durable(_ bed: BenchBed, accounts: Int32) async throws -> (result: Wrk.Result, megabytes: Double) {
        try await bed.freshDatabase()
        let pool = bed.pool()
        try await pool.run(GenerateAccounts(accounts), timeout: .seconds(60))
        try await bed.tidy(pool)
        let wrk = try Wrk(folder: bed.folder.state, load: .sends(accounts: Int(accounts)))
        let fleet = bed.fleet()
        let port = try await bed.startAPI(fleet)
        let result = try await wrk.run(port: port, connections: connections, seconds: seconds)
        let megabytes = await fleet.residentMegabytesMax()
        // What was under way has been written by the end of this, or never will be.
        await fleet.stop()
        let stored = try await pool.run(CountSends(), timeout: .seconds(60))
        await pool.close()
        guard result.failures == 0, stored.entries >= result.answered, stored.queued == stored.entries,
            stored.charges == stored.entries
        else {
            throw CommandFailure(
                "\(result.answered) answered, \(result.failures) failures; \(stored.entries) entries, "
                    + "\(stored.queued) queued, \(stored.charges) charges.")
        }
        return (result, megabytes)
    }
}
