import ArgumentParser
import PostgresClient
import Store

/// `postroom bench ingress`.
struct BenchIngressCommand: MeasuringCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingress",
        abstract: "The durable ingress against the same server without a database, and against pgbench's INSERT.")

    @Option(help: "Rounds; the medians count.")
    var rounds = 5

    @Option(help: "Seconds for each figure of a round.")
    var seconds = 6

    @Option(help: "Kept-alive connections.")
    var connections = 256

    func measure(_ bed: BenchBed) async throws {
        let wrk = try Wrk(folder: bed.folder.state)
        let pgbench = try Pgbench(bed)
        var ofServer = Figures()
        var ofInsert = Figures()
        var p99 = Figures()
        var memory = 0.0
        Terminal.print("round  durable/s  p50 ms  p99 ms  no database/s  pgbench INSERT/s  ratio to both  MB")
        for round in 1...max(rounds, 1) {
            try await bed.freshDatabase()
            let bare = try await bareServer(bed, wrk)
            let insert = try await pgbench.insert(clients: 32, seconds: seconds)
            let fleet = bed.fleet()
            let port = try await bed.startIngress(fleet)
            let durable = try await wrk.run(port: port, connections: connections, seconds: seconds)
            let megabytes = await fleet.residentMegabytesMax()
            await fleet.stop()
            let pool = bed.pool()
            let stored = try await pool.run(InAndOut(), timeout: .seconds(60)).accepted
            await pool.close()
            guard durable.failures == 0, bare.failures == 0, stored >= durable.answered else {
                throw CommandFailure(
                    "\(durable.answered) answered, \(stored) stored, \(durable.failures + bare.failures) failures.")
            }
            ofServer.add(durable.requestsPerSecond / bare.requestsPerSecond)
            ofInsert.add(durable.requestsPerSecond / insert)
            p99.add(durable.p99)
            memory = max(memory, megabytes)
            Terminal.print(
                [
                    "\(round)".padded(to: 7), durable.requestsPerSecond.text(0).padded(to: 11),
                    durable.p50.text(1).padded(to: 8), durable.p99.text(1).padded(to: 8),
                    bare.requestsPerSecond.text(0).padded(to: 15), insert.text(0).padded(to: 18),
                    "\((durable.requestsPerSecond / bare.requestsPerSecond).text(2)), \((durable.requestsPerSecond / insert).text(2))"
                        .padded(to: 15), megabytes.text(0),
                ].joined())
        }
        Terminal.print(
            "medians: \(ofServer.median.text(2)) of the same server without a database (at least 0.6), "
                + "\(ofInsert.median.text(2)) of pgbench's INSERT (at least 1.5), p99 \(p99.median.text(1)) ms (under 20), "
                + "at most \(memory.text(0)) MB resident (under 80)")
    }

    private func bareServer(_ bed: BenchBed, _ wrk: Wrk) async throws -> Wrk.Result {
        let port = try LocalPort.free()
        let child = try ChildProcess.start(
            Launch(
                name: "bench-server", executable: "\(UpRun.binFolder)/postroom",
                arguments: ["bench", "server", "--port", "\(port)"], parentDeathSignal: .terminate))
        bed.folder.ledger.add(child)
        let deadline = ContinuousClock.now + Fleet.readyTimeout
        let request = RawHTTP.request("GET", Array("/".utf8))
        while await offPool({ RawHTTP.send(request, port: port, seconds: 1) }) == nil {
            guard ContinuousClock.now < deadline, await child.exit(within: .milliseconds(50)) == nil else {
                throw CommandFailure("The server without a database did not start.")
            }
        }
        do {
            let result = try await wrk.run(port: port, connections: connections, seconds: seconds)
            await child.terminate(grace: .seconds(5))
            return result
        } catch {
            await child.terminate(grace: .seconds(5))
            throw error
        }
    }
}
