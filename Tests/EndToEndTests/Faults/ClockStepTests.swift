import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Clocks that leap while the processes run: of some machines, while others and Postgres go on by the true time.
    @Suite struct ClockStepTests {
        static let hour = 3_600
        static let day = 86_400

        @Test func `an ingress and a worker whose clocks leap on and back store and process everything once`()
            async throws
        {
            try await withStack { stack, database in
                let clock = try SteppedClock(stack.folder)
                let ingresses = [
                    try await stack.ingress(clock.environment), try await stack.ingress(),
                ]
                let workers = [
                    try await stack.worker(place: 0, environment: clock.environment),
                    try await stack.worker(place: 1),
                ]
                let loads = ingresses.enumerated().map { place, ingress in
                    Load(
                        port: ingress.port, connections: 4, firstThread: place * 10, pause: .milliseconds(2)
                    ) { Access.onoff(id: $0, text: "") }
                }
                try await eventually(within: .seconds(60), "there is load") {
                    loads.allSatisfy { $0.sofar.stored.count > 50 }
                }
                for seconds in [Self.hour, -Self.hour, 2 * Self.day, -3 * Self.day, 0] {
                    try clock.step(seconds: seconds)
                    try await eventually(within: .seconds(60), "webhooks have ids of that time") {
                        try await database.sql(Self.newestFrom(seconds)) == ["t"]
                    }
                    let before = loads.map(\.sofar.stored.count)
                    try await eventually(within: .seconds(60), "they go on with the clock \(seconds) s off") {
                        zip(loads, before).allSatisfy { $0.sofar.stored.count > $1 + 50 }
                    }
                }
                var stored: [String] = []
                for load in loads {
                    let record = await load.stop()
                    #expect(record.strange == [] && record.broken == 0 && record.refused == 0)
                    stored += record.stored
                }
                try await expectAllInTheEnd(stored, url: database.url)
                #expect(
                    try await database.sql("SELECT coalesce(sum(count), 0) FROM queue.tally WHERE kind = 'duplicate'")
                        == ["0"])
                for worker in workers { #expect(await worker.terminate() == .code(0)) }
                for ingress in ingresses { #expect(await ingress.process.terminate() == .code(0)) }
            }
        }

        /// Whether of the last webhooks stored one has an id that was made with a clock so far off.
        private static func newestFrom(_ seconds: Int) -> String {
            """
            SELECT coalesce(bool_or(abs(('x' || substr(replace(last.webhook_id::text, '-', ''), 1, 12))::bit(48)::bigint
                / 1000.0 - extract(epoch FROM now()) - (\(seconds))) < 60), false)
            FROM (SELECT e.webhook_id FROM sms_log.entry AS e ORDER BY e.ctid DESC LIMIT 50) AS last
            """
        }

        @Test func `Postgres away for an hour by the ingress's clock: what was spooled comes in, once`() async throws {
            try await withSpoolingCluster { cluster, stack, spool in
                let clock = try SteppedClock(stack.folder)
                let ingress = try await stack.ingress(spool.settings.merging(clock.environment) { first, _ in first })
                let worker = try await stack.worker(environment: clock.environment)
                let load = Load(port: ingress.port, connections: 4, pause: .milliseconds(2)) {
                    Access.onoff(id: $0, text: "")
                }
                try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 100 }
                try await cluster.crash()
                for quarter in 1...4 {
                    let before = load.sofar.stored.count
                    try await eventually(within: .seconds(60), "the spool takes it") {
                        load.sofar.stored.count > before + 100
                    }
                    try clock.step(seconds: quarter * Self.hour / 4)
                }
                let aged = load.sofar.stored.count
                try await eventually(within: .seconds(60), "the spool is an hour old") {
                    try await ingress.metric("spool_oldest_seconds") > Double(Self.hour / 2)
                        && load.sofar.stored.count > aged
                }
                try await cluster.start()
                try await spool.expectDrained(ingress)
                let record = await load.stop()
                #expect(record.strange == [] && record.refused == 0 && record.broken == 0)
                try await expectAllInTheEnd(record.stored, url: try await cluster.url())
                #expect(await worker.terminate() == .code(0))
                #expect(await ingress.process.terminate() == .code(0))
            }
        }

        @Test func `an API and a send worker whose clocks leap on and back send each message once`() async throws {
            try await withSends(count: 240, script: "delay=50ms") { sends, _ in
                let clock = try SteppedClock(sends.stack.folder)
                let port = try freePort()
                let api = try await sends.stack.api(port: port, environment: clock.environment)
                _ = try await sends.stack.worker()
                let slow = ["POSTROOM_NXTELE_RATE": "60"]
                let stepped = try await sends.worker(slow.merging(clock.environment) { first, _ in first })
                let right = try await sends.worker(slow)
                let client = SendClient(ports: sends.apiPorts + [port], connections: 4)
                var answers: [SendClient.Answer] = []
                let steps = [0, Self.hour, -Self.hour, 2 * Self.day, -2 * Self.day, 0]
                let share = sends.messages.count / steps.count
                for (place, seconds) in steps.enumerated() {
                    try clock.step(seconds: seconds)
                    answers += await client.send(Array(sends.messages[(place * share)..<((place + 1) * share)]))
                    let taken = answers.count { [200, 201].contains($0.status) }
                    try await eventually(within: .seconds(90), "they are sent with the clock \(seconds) s off") {
                        sends.accepted().count >= taken
                    }
                }
                try await sends.expectEachSentOnce(answers)
                for process in [api, stepped, right] {
                    let end = await process.terminate()
                    #expect(end == .code(0), "\(process.pid == stepped.pid) \(process.log)")
                }
            }
        }
    }
}
