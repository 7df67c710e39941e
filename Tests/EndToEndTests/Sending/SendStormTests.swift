import Foundation
import PostgresClient
import TestSupport
import Testing

extension EndToEnd {
    /// Sends through processes that keep being killed, to a provider that misbehaves in every way.
    @Suite struct SendStormTests {
        private static let apis = 2
        private static let sendWorkers = 3
        private static let settling = Duration.seconds(150)

        /// Time-outs and deadlines of minutes and days, shrunk to seconds.
        private static let hurry = [
            "POSTROOM_SEND_TIMEOUT": "2s", "POSTROOM_RETRY_BASE": "50ms", "POSTROOM_RETRY_CAP": "500ms",
            "POSTROOM_RECEIPT_OVERDUE": "3s", "POSTROOM_RECEIPT_DEADLINE": "60s",
        ]

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

        /// What is known when all is over.
        private struct Facts {
            var entries: [EntryFact]
            /// By id.
            var attempts: [String: AttemptFact]
            /// What the sandbox accepted, by entry.
            var acceptances: [String: [Accepted]]
        }

        private func storm(count: Int, policy: String, _ check: (Facts) -> Void) async throws {
            let seed =
                ProcessInfo.processInfo.environment["POSTROOM_TEST_SEED"].flatMap(UInt64.init)
                ?? UInt64.random(in: 0...UInt64.max)
            print("The send storm's seed is \(seed); POSTROOM_TEST_SEED=\(seed) brings it back.")
            try await withTestDatabase { database in
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        let stack = Stack(processes, database, folder: folder)
                        let messages = try await prepare(stack, database, count: count)
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
                        try await examine(answers, messages, owner, sandbox, check, seed: seed)
                        await owner.close()
                    }
                }
            }
        }

        /// Three accounts: one with money enough, one that pays later, one that can pay for a tenth of the messages.
        private func prepare(
            _ stack: Stack, _ database: TestDatabase, count: Int
        ) async throws -> [SendClient.Message] {
            let command = Command(stack.processes, url: database.url(user: "postroom_operator"))
            var keys: [String] = []
            for (account, kind) in [("rich", "prepaid"), ("later", "postpaid"), ("poor", "prepaid")] {
                let made = try await command.run("account", "create", account, "--kind", kind, "--currency", "USD")
                #expect(made.end == "exit code 0", "\(made.text)")
                let key = try await command.run("key", "create", "--account", account, "--user", "u", "--scope", "send")
                #expect(key.end == "exit code 0", "\(key.text)")
                let word = key.text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("postroom_") }
                keys.append(String(try #require(word)))
            }
            for (arguments) in [
                ["price", "set", "+", "0.05", "--currency", "USD"],
                ["account", "topup", "rich", "10000", "--reference", "1"],
                ["account", "topup", "poor", "\(Double(count / 30) * 0.05)", "--reference", "1"],
            ] {
                let done = try await command.run(arguments)
                #expect(done.end == "exit code 0", "\(done.text)")
            }
            return (0..<count).map { number in
                SendClient.Message(
                    key: keys[number % 3], messageID: "storm-\(number)", phone: "+4915\(100_000_000 + number)",
                    text: "Your code is \(number).")
            }
        }

        private func man(
            _ crew: Crew, _ stack: Stack, _ sandbox: SandboxSettings, ports: [UInt16], policy: String
        ) async throws {
            for (place, port) in ports.enumerated() {
                await crew.add("api \(place)") { try await stack.api(port: port, waits: false) }
            }
            // Under retry the deadline comes while the provider's answer is still out; under fail look-ups come first.
            let settings = Self.hurry.merging([
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

        private func examine(
            _ answers: [SendClient.Answer], _ messages: [SendClient.Message], _ owner: Watch,
            _ sandbox: SandboxSettings, _ check: (Facts) -> Void, seed: UInt64
        ) async throws {
            let entries = try await owner.run(ReadEntryFacts())
            let attempts = try await owner.run(ReadAttemptFacts())
            let byID = Dictionary(attempts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let log = try Accepted.read(sandbox.log)
            var acceptances: [String: [Accepted]] = [:]
            for one in log {
                let attempt = try #require(byID[one.ext], "seed \(seed): an acceptance of no attempt of ours")
                acceptances[attempt.entryID, default: []].append(one)
            }

            // Every message has one definite answer; those that were taken are exactly the entries, each once.
            let taken = answers.compactMap { [200, 201].contains($0.status) ? $0.outboxID : nil }
            #expect(Set(taken) == Set(entries.map(\.id)) && taken.count == entries.count)
            let refused = answers.filter { $0.status == 402 }
            #expect(taken.count + refused.count == messages.count, "\(Set(answers.map(\.status)))")
            // The poor account paid for exactly what it could, and perhaps again with what came back to it.
            #expect(entries.count { $0.account == "poor" } >= messages.count / 30 && !refused.isEmpty)

            for entry in entries {
                let accepted = acceptances[entry.id] ?? []
                let isDelivered = accepted.contains(where: \.isDelivered)
                let story =
                    "seed \(seed): entry \(entry.id) \(entry.status)/\(entry.deliveryState), accepted: \(accepted)"
                #expect((entry.status == "sent") == isDelivered, "\(story)")
                #expect(entry.status != "pending", "\(story)")
                #expect(entry.totalCost == (accepted.isEmpty ? "0" : "0.05"), "\(story) costs \(entry.totalCost)")
                #expect(entry.ledger == entry.totalCost, "\(story) ledger \(entry.ledger)")
            }
            let counted = Dictionary(grouping: attempts.filter(\.counts), by: \.entryID)
            // The send and three automatic retries.
            #expect(counted.values.allSatisfy { $0.count <= 4 })
            #expect(try await owner.run(ReadLedgerFaults()) == [])
            check(Facts(entries: entries, attempts: byID, acceptances: acceptances))
        }
    }
}
