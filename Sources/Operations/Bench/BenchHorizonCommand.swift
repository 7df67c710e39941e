import ArgumentParser
import PostgresClient
import Store

/// `postroom bench pinned-horizon`.
struct BenchHorizonCommand: MeasuringCommand {
    static let configuration = CommandConfiguration(
        commandName: "pinned-horizon",
        abstract: "Webhooks in and settled while a transaction holds back vacuum, and the same without one.",
        discussion: """
            One ingress under load and two worker processes with their maintenance run until so many webhooks are \
            settled. A REPEATABLE READ transaction that has read the queue, the inbox and every monitor view stays open.
            """)

    @Option(help: "Webhooks to settle.")
    var webhooks: Int64 = 1_000_000

    @Option(help: "Kept-alive connections.")
    var connections = 64

    /// Webhooks at the start and at the end that are compared.
    private static let span: Int64 = 100_000
    /// Seconds of one run of the load generator.
    private static let slice = 4

    func measure(_ bed: BenchBed) async throws {
        Terminal.print("snapshot  first 100 000/s  last 100 000/s  ratio  worst p99 ms  ingress MB  worker MB")
        for isPinned in [true, false] { try await measure(bed, isPinned: isPinned) }
        Terminal.print("expected: ratio at least 0.8, p99 under 100 ms, ingress under 80 MB, worker under 150 MB")
    }

    private struct Reading: Sendable {
        var at: ContinuousClock.Instant
        var settled: Int64
    }

    private func measure(_ bed: BenchBed, isPinned: Bool) async throws {
        try await bed.freshDatabase()
        let pool = bed.pool()
        try await bed.tidy(pool)
        let wrk = try Wrk(folder: bed.folder.state)
        let ingressFleet = bed.fleet()
        let workerFleet = bed.fleet()
        let port = try await bed.startIngress(ingressFleet)
        for _ in 0..<2 { try await bed.startWorker(workerFleet) }
        // A little of everything comes first, so that the snapshot has seen it.
        _ = try await wrk.run(port: port, connections: connections, seconds: 1)
        let holder = isPinned ? try await hold(bed) : nil
        let start = try await pool.run(InAndOut(), timeout: .seconds(60)).settled
        let readings = try await withThrowingTaskGroup(of: Double?.self) { group in
            let (webhooks, connections) = (webhooks, connections)
            group.addTask {
                var worst = 0.0
                while !Task.isCancelled {
                    guard let result = try? await wrk.run(port: port, connections: connections, seconds: Self.slice)
                    else { break }
                    guard result.failures == 0 else { throw CommandFailure("\(result.failures) requests failed.") }
                    worst = max(worst, result.p99)
                }
                return worst
            }
            var readings = [Reading(at: .now, settled: 0)]
            while let last = readings.last, last.settled < webhooks {
                // Seldom, because the query runs on the cores that are measured.
                try await Task.sleep(for: .seconds(1))
                let settled = try await pool.run(InAndOut(), timeout: .seconds(60)).settled - start
                readings.append(Reading(at: .now, settled: settled))
                if Terminal.isInteractive, readings.count % 5 == 0 { Terminal.printError("  \(settled) settled") }
            }
            let done = readings
            group.cancelAll()
            let worst = try await group.next() ?? nil
            return (done, worst ?? 0)
        }
        await pool.close()
        let first = speed(readings.0, from: 0, to: Self.span)
        let last = speed(readings.0, from: webhooks - Self.span, to: webhooks)
        let ingressMemory = await ingressFleet.residentMegabytesMax()
        let workerMemory = await workerFleet.residentMegabytesMax()
        await ingressFleet.stop()
        await workerFleet.stop()
        await holder?.close()
        Terminal.print(
            [
                (isPinned ? "held" : "none").padded(to: 10), first.text(0).padded(to: 17),
                last.text(0).padded(to: 16), (last / max(first, 1)).text(2).padded(to: 7),
                readings.1.text(1).padded(to: 14), ingressMemory.text(0).padded(to: 12), workerMemory.text(0),
            ].joined())
    }

    /// Webhooks a second between two counts, by the readings next to them.
    private func speed(_ readings: [Reading], from low: Int64, to high: Int64) -> Double {
        guard let begin = readings.last(where: { $0.settled <= low }),
            let end = readings.first(where: { $0.settled >= high })
        else { return 0 }
        let (seconds, attoseconds) = begin.at.duration(to: end.at).components
        return Double(end.settled - begin.settled) / max(Double(seconds) + Double(attoseconds) * 1e-18, 0.001)
    }

    /// Opens the transaction that holds back vacuum, and leaves it open until the pool is closed.
    private func hold(_ bed: BenchBed) async throws -> ConnectionPool {
        let pool = bed.pool()
        try await pool.withConnection(timeout: .seconds(60)) { connection, deadline in
            try connection.runScript(
                """
                BEGIN ISOLATION LEVEL REPEATABLE READ;
                SELECT count(*) FROM queue.webhook; SELECT count(*) FROM inbox.webhook;
                DO $$ DECLARE view_name text; BEGIN
                    FOR view_name IN SELECT viewname FROM pg_views WHERE schemaname = 'monitor' LOOP
                        EXECUTE format('SELECT count(*) FROM monitor.%I', view_name);
                    END LOOP;
                END $$;
                """, named: "hold", deadline: deadline)
        }
        return pool
    }
}
