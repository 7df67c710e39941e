import TestSupport
import Testing

extension EndToEnd {
    /// Sends through processes that keep being killed, to a provider that misbehaves in every way.
    @Suite struct SendStormTests {
        private static let apis = 2
        private static let sendWorkers = 3
        /// Under retry, each time a call is lost: until the lists that might show it have their turn, a minute.
        private static let settling = Duration.seconds(300)

        private static let script = """
            delay=20ms,drop=0.04,lost=0.02,hang=0.01,http500=0.04,garbage=0.02,garbage-lost=0.01,code:88=0.04,code:99=0.02,code:28=0.03,code:4=0.01,\
            receipt-before-answer=0.1,no-receipt=0.05,duplicate-receipt=0.1,reorder-receipt=0.1,raw-space=0.2,\
            undelivered=0.1
            """

        @Test func `a storm of sends ends as the provider's own log says, and nothing is paid twice`() async throws {
            try await storm(count: 5_000, policy: "fail") { facts in
                for (entry, accepted) in facts.acceptances {
                    #expect(accepted.count <= 1, "\(entry) was accepted \(accepted.count) times")
                }
            }
        }

        @Test func `under policy retry only what could not be known is sent again`() async throws {
            try await storm(count: 500, policy: "retry") { facts in
                for (entry, accepted) in facts.acceptances where accepted.count > 1 {
                    // All but the last were unclear until their deadline had passed.
                    let unknown = accepted.dropLast().compactMap { facts.attempts[$0.ext] }
                    #expect(unknown.count == accepted.count - 1 && unknown.allSatisfy(\.deadlinePassed), "\(entry)")
                }
            }
        }

        private func storm(count: Int, policy: String, _ check: (SendFacts) -> Void) async throws {
            let seed = testSeed("send storm")
            try await withTestDatabase { database in
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        let stack = Stack(processes, database, folder: folder)
                        let messages = try await makeMessages(
                            stack, url: database.url(user: "postroom_operator"), count: count)
                        let ingress = try await stack.ingress()
                        let sandbox = SandboxSettings(
                            port: try freePort(), log: "\(folder)/accepted.jsonl", seed: seed, script: Self.script)
                        _ = try await stack.sandbox(sandbox, ingressPort: ingress.port)
                        let ports = try (0..<Self.apis).map { _ in try freePort() }
                        let crew = Crew()
                        try await man(crew, stack, sandbox, ports: ports, policy: policy)
                        let owner = Watch(database.url)
                        let answers = try await alongside {
                            await killOneEverySecond(crew, seed: seed)
                        } _: {
                            let answers = await SendClient(ports: ports, connections: 32).send(messages)
                            try await eventually(within: Self.settling, "all of it was sent") {
                                try await owner.run(CountQueuedSends()) == 0
                            }
                            return answers
                        }
                        // Look-ups and deadlines of what was killed.
                        try await eventually(within: Self.settling, "all of it is over") {
                            try await owner.run(CountOpenWork()) == 0
                        }
                        await crew.expectDrained()
                        #expect(await crew.otherEnds == [])
                        let kills = await crew.kills
                        print("Killed: \(kills.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
                        let facts = try await expectSentOnce(answers, messages, owner, sandbox, seed: seed)
                        // The poor account paid for exactly what it could, and perhaps again with what came back to it.
                        #expect(facts.entries.count { $0.account == "poor" } >= messages.count / 30)
                        #expect(answers.contains { $0.status == 402 })
                        check(facts)
                        await owner.close()
                    }
                }
            }
        }

        private func man(
            _ crew: Crew, _ stack: Stack, _ sandbox: SandboxSettings, ports: [UInt16], policy: String
        ) async throws {
            for (place, port) in ports.enumerated() {
                await crew.add("api \(place)") { try await stack.api(port: port, waits: false) }
            }
            // Under retry the deadline comes while the provider's answer is still out; under fail look-ups come first.
            let settings = Hurry.environment.merging([
                "POSTROOM_UNCLEAR_POLICY": policy, "POSTROOM_UNCLEAR_DEADLINE": policy == "retry" ? "1s" : "20s",
            ]) { _, given in given }
            for place in 0..<Self.sendWorkers {
                await crew.add("send worker \(place)") {
                    try await stack.sendWorker(sandbox: sandbox, waits: false, environment: settings)
                }
            }
            for place in 0..<2 {
                await crew.add("webhook worker \(place)") {
                    try await stack.worker(place: place, waits: false)
                }
            }
        }

        private func killOneEverySecond(_ crew: Crew, seed: UInt64) async {
            var random = SeededGenerator(seed: seed)
            let names = await crew.names
            while true {
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
                await crew.kill(names[Int.random(in: 0..<names.count, using: &random)])
            }
        }
    }
}
