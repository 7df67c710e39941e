import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// Every process behind a real HAProxy is restarted by SIGTERM, one after the other, under load.
    @Suite struct RollingRestartTests {
        /// Messages that are sent while one process is restarted.
        private static let perStep = 200
        private static let steps = 8

        @Test func `a rolling restart of every process loses nothing, and nobody sees an error`() async throws {
            try await withStack { stack, database in
                let haproxy = try TestHAProxy()
                let messages = try await makeMessages(
                    stack, url: database.url(user: "postroom_operator"), count: Self.perStep * Self.steps)
                let sandbox = SandboxSettings(
                    port: try freePort(), log: "\(stack.folder)/accepted.jsonl", seed: testSeed("rolling restart"),
                    script: "delay=20ms-200ms,raw-space=0.5")
                var start: [(name: String, start: () async throws -> TestProcess)] = []
                for (number, place) in haproxy.ingresses.enumerated() {
                    start.append(("ingress \(number)", { try await stack.ingress(at: place) }))
                }
                for (number, place) in haproxy.apis.enumerated() {
                    start.append(("api \(number)", { try await stack.api(at: place) }))
                }
                for number in 0..<2 {
                    start.append(("webhook worker \(number)", { try await stack.worker(place: number) }))
                    let settings = Hurry.environment
                    start.append(
                        (
                            "send worker \(number)",
                            { try await stack.sendWorker(sandbox: sandbox, environment: settings) }
                        ))
                }
                var running: [TestProcess] = []
                for one in start { running.append(try await one.start()) }
                let balancer = try await haproxy.start(stack.processes, folder: stack.folder)
                try await eventually("HAProxy lets webhooks through") {
                    await Sender(ports: [haproxy.httpPort], connections: 1)
                        .send([Access.onoff(id: "first", text: "")]) == [200]
                }
                // Receipts come back through the door that takes raw spaces.
                _ = try await stack.sandbox(sandbox, ingressPort: haproxy.rawPort)

                let onoff = Load(port: haproxy.httpPort, connections: 4) { Access.onoff(id: $0, text: "") }
                let nxtele = Load(port: haproxy.rawPort, connections: 4, firstThread: 4) {
                    Access.rawSpaceReceipt(id: $0)
                }
                let client = SendClient(ports: [haproxy.httpPort], connections: 1)
                var answers: [SendClient.Answer] = []
                for (place, one) in start.enumerated() {
                    async let sent = client.send(Array(messages[(place * Self.perStep)...].prefix(Self.perStep)))
                    let before = (onoff.sofar.stored.count, nxtele.sofar.stored.count)
                    try await eventually(within: .seconds(60), "there is load at both doors") {
                        onoff.sofar.stored.count > before.0 + 50 && nxtele.sofar.stored.count > before.1 + 50
                    }
                    let end = await running[place].terminate()
                    #expect(end == .code(0), "\(one.name): \(running[place].log)")
                    running[place] = try await one.start()
                    if place < 4 { try await haproxy.expectUsed(place) }
                    answers += await sent
                }
                let records = [await onoff.stop(), await nxtele.stop()]
                for record in records {
                    #expect(record.strange == [] && record.refused == 0 && record.broken == 0, "\(balancer.log)")
                }
                #expect(client.retries.total == 0, "\(balancer.log)")
                let owner = Watch(database.url)
                try await expectOver(owner, within: .seconds(120))
                let facts = try await expectSentOnce(answers, messages, owner, sandbox, seed: sandbox.seed)
                #expect(facts.acceptances.values.allSatisfy { $0.count == 1 })
                await owner.close()
                try await expectAllInTheEnd(records.flatMap(\.stored), url: database.url)
                // Its log names routes, and no secret.
                let log = balancer.lines.joined(separator: "\n")
                #expect(log.contains("POST /v1/onoff/sms") && !log.contains(Access.nxteleToken))
            }
        }
    }
}
