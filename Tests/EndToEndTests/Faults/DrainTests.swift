import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct DrainTests {
        @Test func `SIGTERM lets an ingress finish what it has begun, and a second one starts in its place`()
            async throws
        {
            try await withStack { stack, database in
                // No other time-out than the drain's may end the wait.
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "30s"])
                try await whileNothingCanBeStored(stack.processes, database) { letGo in
                    var connections: [HTTPProbe] = []
                    for number in 0..<20 {
                        let connection = try await HTTPProbe.open(port: ingress.port, limit: .seconds(30))
                        try await connection.send(Access.onoff(id: "under way \(number)", text: ""))
                        connections.append(connection)
                    }
                    try await eventually("the first of them reach Postgres") {
                        try await database.sql(
                            """
                            SELECT count(*) > 0 FROM pg_stat_activity
                            WHERE usename = 'postroom_ingress' AND datname = current_database() AND wait_event_type = 'Lock'
                            """) == ["t"]
                    }
                    try await eventually("all of them are read") { unreadBytes(port: ingress.port) == 0 }
                    ingress.process.signal(SIGTERM)
                    try await eventually("readiness fails first") {
                        try await HTTPProbe.get("/readyz", port: ingress.adminPort).status == 503
                    }
                    #expect(ingress.process.isRunning)
                    #expect(try await database.sql("SELECT count(*) FROM inbox.webhook") == ["0"])
                    try await letGo()
                    for connection in connections { #expect(try await connection.receive().status == 200) }
                }
                #expect(await ingress.process.exit(within: .seconds(60)) == .code(0))
                #expect(try await database.sql("SELECT count(*) FROM inbox.webhook") == ["20"])
                #expect(KeptConnection(port: ingress.port) == nil)

                let second = try await stack.ingress(port: ingress.port, adminPort: ingress.adminPort)
                let request = Access.onoff(id: "later", text: "")
                #expect(await Sender(ports: [second.port], connections: 1).send([request]) == [200])
                #expect(try await database.sql("SELECT count(*) FROM inbox.webhook") == ["21"])
                #expect(await second.process.terminate() == .code(0))
            }
        }

        @Test func `SIGTERM under load loses nothing that was answered`() async throws {
            try await withStack { stack, database in
                let ingress = try await stack.ingress()
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                try await eventually("there is load") { load.sofar.stored.count > 200 }
                #expect(await ingress.process.terminate() == .code(0))
                let record = await load.stop()
                #expect(record.strange == [] && record.refused == 0)
                try await expectStoredOnce(record, database)
            }
        }

        @Test func `SIGTERM lets a worker finish its batch, and the next one goes on`() async throws {
            try await withStack { stack, database in
                let ingress = try await stack.ingress()
                let requests = (0..<3_000).map { Access.onoff(id: "\($0)", text: "") }
                #expect(await Sender(ports: [ingress.port], connections: 16).send(requests).allSatisfy { $0 == 200 })
                let watch = Watch(database.url)
                let settings = ["POSTROOM_BATCH": "1", "POSTROOM_WORKERS": "1"]
                let first = try await stack.worker(environment: settings)
                try await eventually("it has begun") { try await watch.conservation().processed > 0 }
                #expect(await first.terminate() == .code(0))
                let between = try await watch.conservation()
                #expect(between.waiting > 0 && between.difference == 0, "\(between)")

                let second = try await stack.worker()
                try await eventually(within: .seconds(60), "the rest is processed") {
                    try await watch.conservation().processed == 3_000
                }
                #expect(await second.terminate() == .code(0))
                #expect(try await database.sql("SELECT count(*) FROM sms_log.entry") == ["3000"])
                await watch.close()
            }
        }

        @Test func `SIGKILL of an ingress under load loses nothing that was answered`() async throws {
            try await withStack { stack, database in
                var ingress = try await stack.ingress()
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                for _ in 1...3 {
                    let before = load.sofar.stored.count
                    try await eventually("there is load") { load.sofar.stored.count > before + 200 }
                    await ingress.process.kill()
                    ingress = try await stack.ingress(port: ingress.port, adminPort: ingress.adminPort)
                }
                let before = load.sofar.stored.count
                try await eventually("there is load again") { load.sofar.stored.count > before + 200 }
                let record = await load.stop()
                #expect(record.strange == [] && record.broken > 0)
                try await expectStoredOnce(record, database)
            }
        }
    }
}
