import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Everything at once: every process behind a real HAProxy, over a Postgres of its own; of each kind one goes to it by a
    /// fault proxy, the other through PgBouncer in transaction mode.
    ///
    /// By hand for long: `POSTROOM_FAULT_MINUTES=30 deploy/test --filter FaultRoundTests`.
    @Suite struct FaultRoundTests {
        /// How long it lasts in every run of the tests.
        private static let shortTime = Duration.seconds(25)
        /// Messages for each minute; three kinds of accounts, of which one soon runs out of money.
        private static let messagesPerMinute = 600
        private static let portion = 10
        /// PgBouncer's sessions for each role: fewer than its processes have connections.
        private static let poolSize = 2
        /// How long the last look-ups and deadlines may take.
        private static let settling = Duration.seconds(200)

        /// What a provider does on an ordinary bad day.
        private static let script = """
            delay=20ms-300ms,drop=0.02,lost=0.01,http500=0.02,code:88=0.02,receipt-before-answer=0.1,no-receipt=0.05,\
            duplicate-receipt=0.1,reorder-receipt=0.1,raw-space=0.3,undelivered=0.1
            """

        @Test func `faults of every kind, several at once, lose nothing and double nothing`() async throws {
            let seed = testSeed("fault round")
            let time = faultMinutes > 0 ? Duration.seconds(60 * faultMinutes) : Self.shortTime
            try await withTemporaryFolder { folder in
                try await withTestCluster(in: "\(folder)/cluster") { cluster in
                    let url = try await cluster.url()
                    let proxy = try FaultProxy(to: url, seed: seed)
                    defer { proxy.close() }
                    try await withProcesses { processes in
                        let pooler = try TestPooler(processes, folder: folder, poolSize: Self.poolSize, server: url)
                        try await pooler.start(database: TestCluster.database)
                        let stacks = [
                            Stack(processes, folder: folder) { proxy.url(database: TestCluster.database, user: $0) },
                            Stack(processes, folder: folder) { pooler.url(database: TestCluster.database, user: $0) },
                        ]
                        try await round(stacks, cluster, proxy, pooler, url: url, seed: seed, time: time)
                    }
                }
            }
        }

        private func round(
            _ stacks: [Stack], _ cluster: TestCluster, _ proxy: FaultProxy, _ pooler: TestPooler, url: String,
            seed: UInt64, time: Duration
        ) async throws {
            let stack = stacks[0]
            let haproxy = try TestHAProxy()
            let count = Self.messagesPerMinute * max(1, faultMinutes)
            let messages = try await makeMessages(stack, url: "\(url) user=postroom_operator", count: count)
            let sandbox = SandboxSettings(
                port: try freePort(), log: "\(stack.folder)/accepted.jsonl", seed: seed, script: Self.script)
            let crew = Crew()
            await man(crew, stacks, haproxy, sandbox)
            let balancer = try await haproxy.start(stack.processes, folder: stack.folder)
            _ = try await stack.sandbox(sandbox, ingressPort: haproxy.rawPort)

            let onoff = Load(port: haproxy.httpPort, connections: 4, pause: .milliseconds(5)) {
                Access.onoff(id: $0, text: "")
            }
            let nxtele = Load(port: haproxy.rawPort, connections: 4, firstThread: 4, pause: .milliseconds(5)) {
                Access.rawSpaceReceipt(id: $0)
            }
            let watch = Watch(url)
            try await eventually(within: .seconds(60), "all of it runs: \(balancer.log)") {
                onoff.sofar.stored.count > 50 && nxtele.sofar.stored.count > 50
            }
            let begun = ContinuousClock.now
            async let sent = send(messages, port: haproxy.httpPort, until: begun + time)
            var faults = FaultRound(
                seed: seed, proxy: proxy, crew: crew, cluster: cluster, pooler: pooler, watch: watch
            ) {
                onoff.sofar.stored.count + nxtele.sofar.stored.count
            }
            while begun.duration(to: .now) < time { try await faults.step() }

            let answers = await sent
            let records = [await onoff.stop(), await nxtele.stop()]
            let stored = records.flatMap(\.stored)
            try await expectOver(watch, within: Self.settling)
            // What went by the spool is stored a little later.
            // Where an ingress died with a webhook of Onoff's, HAProxy gave it to the other one as well.
            let once = Set(records[1].stored)
            try await expectAllInTheEnd(
                stored, url: url, within: Self.settling, mayRepeat: { !once.contains($0) })
            let end = try await readEnding(stored, watch)
            print(faults.table)
            print(
                "\(stored.count) webhooks acknowledged, \(end.lost) lost, \(end.doubled) doubled; \(answers.count) sends; "
                    + "\(faults.figures.values.reduce(0) { $0 + $1.injected }) faults in \(time); seed \(seed)")
            await crew.expectDrained()
            // However it was ended, none has ended by itself.
            let otherEnds = await crew.otherEnds
            #expect(otherEnds.allSatisfy { $0.hasSuffix("exit code 0") }, "\(otherEnds)")
            let facts = try await expectSentOnce(
                answers, Array(messages.prefix(answers.count)), watch, sandbox, seed: seed)
            #expect(facts.acceptances.values.allSatisfy { $0.count == 1 })
            await watch.close()
        }

        /// Of each kind the first ones in the first stack, the second ones in the second.
        private func man(_ crew: Crew, _ stacks: [Stack], _ haproxy: TestHAProxy, _ sandbox: SandboxSettings) async {
            func stack(_ number: Int) -> Stack { stacks[number % stacks.count] }
            for (number, place) in haproxy.ingresses.enumerated() {
                let stack = stack(number)
                await crew.add("ingress \(number)") { try await stack.ingress(at: place, waits: false) }
            }
            for (number, place) in haproxy.apis.enumerated() {
                let stack = stack(number)
                await crew.add("api \(number)") { try await stack.api(at: place, waits: false) }
            }
            for number in 0..<3 {
                let stack = stack(number)
                await crew.add("webhook worker \(number)") { try await stack.worker(place: number, waits: false) }
            }
            let settings = Hurry.environment.merging(["POSTROOM_UNCLEAR_DEADLINE": "20s"]) { first, _ in first }
            for number in 0..<2 {
                let stack = stack(number)
                await crew.add("send worker \(number)") {
                    try await stack.sendWorker(sandbox: sandbox, waits: false, environment: settings)
                }
            }
        }

        /// Hands in portion after portion, one a second, until the time is over or there are no more.
        private func send(
            _ messages: [SendClient.Message], port: UInt16, until end: ContinuousClock.Instant
        ) async -> [SendClient.Answer] {
            let client = SendClient(ports: [port], connections: 2)
            var answers: [SendClient.Answer] = []
            while answers.count < messages.count, ContinuousClock.now < end {
                answers += await client.send(Array(messages[answers.count...].prefix(Self.portion)))
                try? await Task.sleep(for: .seconds(1))
            }
            return answers
        }
    }
}
