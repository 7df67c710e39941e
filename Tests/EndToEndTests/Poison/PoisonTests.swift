import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// A payload that kills the process that parses it; `poison-worker` is the real worker with parsers that abort.
    @Suite struct PoisonTests {
        private static let marker = "poison-kills-the-process"
        private static let innocents = 200

        @Test func `a payload is set aside after three deaths, and nothing else of its batch is`() async throws {
            try await withPoisoned { stack, database, watch in
                for death in 1...3 {
                    let worker = try await stack.worker("poison-worker", waits: false)
                    #expect(await worker.exit(within: .seconds(60)) == .signal(SIGABRT), "death \(death)")
                    #expect(try await watch.conservation().dead == 0)
                }
                let worker = try await stack.worker("poison-worker")
                try await eventually("it is buried") { try await watch.conservation().waiting == 0 }
                #expect(worker.isRunning)
                try await expectOnlyPoisonIsDead(database, watch)
                #expect(try await database.sql("SELECT tries FROM queue.webhook_dead") == ["3"])
                #expect(await worker.terminate() == .code(0))
            }
        }

        @Test func `no innocent payload is set aside, whatever else kills workers`() async throws {
            try await withPoisoned { stack, database, watch in
                // One process, so that nobody else settles what it dies of before that is noted, and long texts, so that
                // a kill mostly hits it while it parses one.
                let fleet = WorkerFleet(stack, executable: "poison-worker", environment: ["POSTROOM_BATCH": "20"])
                await fleet.start(1)
                let ingress = try await stack.ingress()
                let text = String(repeating: "innocent ", count: 120)
                let load = Load(port: ingress.port, connections: 1) { Access.onoff(id: $0, text: text) }
                try await whileConserved(database.url(user: "postroom_monitor")) {
                    try await alongside {
                        await killOften(fleet)
                    } _: {
                        let what = "the poison is buried, and ten innocent ones became suspects"
                        try await eventually(within: .seconds(90), every: .milliseconds(200), what) {
                            let blamed = await stack.processes.logs.split(separator: "\n").count {
                                $0.contains("a process died while parsing") && !$0.contains("\"webhooks\":\"0\"")
                            }
                            // Three of them are the poison's own.
                            return try await watch.conservation().dead > 0 && blamed >= 13
                        }
                    }
                    let sent = await load.stop()
                    #expect(sent.strange == [] && sent.refused == 0)
                    try await eventually(within: .seconds(60), "all are processed") {
                        try await watch.conservation().waiting == 0
                    }
                    try await expectOnlyPoisonIsDead(database, watch, more: sent.stored.count)
                    let ends = await fleet.ends
                    #expect(ends["signal \(SIGABRT)", default: 0] >= 3)
                    await fleet.expectDrained()
                }
            }
        }

        @Test func `what killed a process is brought back by a parser that it does not kill`() async throws {
            try await withPoisoned { stack, database, watch in
                let fleet = WorkerFleet(stack, executable: "poison-worker")
                await fleet.start(1)
                try await eventually(within: .seconds(60), "it is buried") {
                    try await watch.conservation().waiting == 0
                }
                await fleet.expectDrained()
                let command = Command(stack.processes, url: database.url(user: "postroom_operator"))
                let dry = try await command.run("dead", "replay", "--all", "--dry-run")
                #expect(dry.end == "exit code 0" && dry.text.contains("processed: new"), "\(dry.text)")
                try await expectOnlyPoisonIsDead(database, watch)

                let real = try await command.run("dead", "replay", "--reason", "killed-the-process")
                #expect(real.end == "exit code 0" && real.text.contains("Processed 1,"), "\(real.text)")
                let counted = try await watch.conservation()
                #expect(counted.dead == 0 && counted.processed == Int64(Self.innocents + 1))
                #expect(counted.difference == 0 && counted.differenceDead == 0)
                #expect(
                    try await database.sql("SELECT event_id FROM sms_log.entry WHERE body LIKE '%\(Self.marker)%'")
                        == ["poison"])
            }
        }

        /// A queue of innocent webhooks with one poisonous in their midst.
        private func withPoisoned(_ body: (Stack, TestDatabase, Watch) async throws -> Void) async throws {
            try await withTestDatabase { database in
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        let stack = Stack(processes, database, folder: folder)
                        let ingress = try await stack.ingress()
                        var requests = (0..<Self.innocents).map { Access.onoff(id: "innocent \($0)", text: "fine") }
                        requests.insert(Access.onoff(id: "poison", text: Self.marker), at: Self.innocents / 2)
                        let statuses = await Sender(ports: [ingress.port], connections: 1).send(requests)
                        #expect(statuses.allSatisfy { $0 == 200 })
                        #expect(await ingress.process.terminate() == .code(0))
                        let watch = Watch(database.url)
                        try await body(stack, database, watch)
                        await watch.close()
                    }
                }
            }
        }

        private func expectOnlyPoisonIsDead(
            _ database: TestDatabase, _ watch: Watch, more: Int = 0
        ) async throws {
            let dead = try await database.sql(
                """
                SELECT d.source, d.reason, d.body = w.body, position('\(Self.marker)' IN convert_from(d.body, 'UTF8')) > 0
                FROM queue.webhook_dead AS d JOIN inbox.webhook AS w ON w.id = d.webhook_id
                """)
            #expect(dead == ["onoff-sms|killed-the-process|t|t"])
            let counted = try await watch.conservation()
            #expect(counted.dead == 1 && counted.processed >= Int64(Self.innocents + more), "\(counted)")
            #expect(counted.difference == 0 && counted.differenceDead == 0)
            let innocent = try await database.sql("SELECT count(*) FROM sms_log.entry WHERE event_id LIKE 'innocent %'")
            #expect(innocent == ["\(Self.innocents)"])
        }

        /// Again and again, and not in step with how long a worker takes to start.
        private func killOften(_ fleet: WorkerFleet) async {
            var random = SeededGenerator(seed: 200)
            while true {
                let pause = Duration.milliseconds(Int.random(in: 100...500, using: &random))
                do { try await Task.sleep(for: pause) } catch { return }
                await fleet.kill(0)
            }
        }
    }
}
