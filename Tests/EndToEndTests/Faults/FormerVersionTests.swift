import TestSupport
import Testing

extension EndToEnd {
    /// A rolling deploy of the present version over the one before: executables as they were built then, and these.
    @Suite struct FormerVersionTests {
        /// Messages that are sent in each part.
        private static let perPart = 150
        /// Alone, while the schema changes, beside each other, after the former ones have gone.
        private static let parts = 4

        @Test(
            .enabled(
                if: FormerVersion.given != nil,
                """
                NOT TESTED: POSTROOM_TEST_FORMER_BIN and POSTROOM_TEST_FORMER_SQL do not name a former version (sql/README.md \
                says how); SideBySideTests runs the present one on both schemas
                """))
        func
            `the former version works while the present one migrates, then beside it, and goes, and nobody sees an error`()
            async throws
        {
            let former = try #require(FormerVersion.given)
            try await withTemporaryFolder { folder in
                try await withTestCluster(in: "\(folder)/cluster", migrated: false) { cluster in
                    let owner = try await cluster.url()
                    try await withProcesses { processes in
                        let present = Stack(processes, folder: folder) { "\(owner) user=\($0)" }
                        var before = present
                        before.binaries = former.binaries
                        try await Self.migrate(before, owner: owner, folder: former.sql)
                        try await deploy(present, over: before, cluster, owner: owner)
                    }
                }
            }
        }

        private static func migrate(_ stack: Stack, owner: String, folder: String) async throws {
            let migrate = Command(stack.processes, url: owner, binaries: stack.binaries)
            // Where it does not get its locks at once it gives way, and tries again.
            let migrated = try await migrate.run(["migrate", "--sql-dir", folder], within: .seconds(150))
            #expect(migrated.end == "exit code 0", "\(migrated.text)")
        }

        private func deploy(_ present: Stack, over former: Stack, _ cluster: TestCluster, owner: String) async throws {
            let haproxy = try TestHAProxy()
            let messages = try await makeMessages(
                former, url: "\(owner) user=postroom_operator", count: Self.perPart * Self.parts)
            let sandbox = SandboxSettings(
                port: try freePort(), log: "\(present.folder)/accepted.jsonl", seed: testSeed("former version"),
                script: "delay=20ms-200ms,raw-space=0.5,undelivered=0.1,duplicate-receipt=0.1")
            let old = try await start(former, at: 0, haproxy, sandbox)
            let balancer = try await haproxy.start(present.processes, folder: present.folder)
            try await eventually("HAProxy lets webhooks through") {
                await Sender(ports: [haproxy.httpPort], connections: 1)
                    .send([Access.onoff(id: "first", text: "")]) == [200]
            }
            // Receipts come back through the door that takes raw spaces.
            _ = try await present.sandbox(sandbox, ingressPort: haproxy.rawPort)
            let onoff = Load(port: haproxy.httpPort, connections: 4) { Access.onoff(id: $0, text: "") }
            let nxtele = Load(port: haproxy.rawPort, connections: 4, firstThread: 4) { Access.rawSpaceReceipt(id: $0) }
            func expectLoad(_ when: String) async throws {
                let before = (onoff.sofar.stored.count, nxtele.sofar.stored.count)
                try await eventually(within: .seconds(60), "there is load at both doors \(when)") {
                    onoff.sofar.stored.count > before.0 + 100 && nxtele.sofar.stored.count > before.1 + 100
                }
            }
            let client = SendClient(ports: [haproxy.httpPort], connections: 2)
            let parts = (0..<Self.parts).map { Array(messages[($0 * Self.perPart)...].prefix(Self.perPart)) }

            try await expectLoad("of the former version")
            var answers = await client.send(parts[0])
            async let during = client.send(parts[1])
            try await Self.migrate(present, owner: owner, folder: "\(TestEnvironment.root)/sql")
            try await expectLoad("on the new schema")
            answers += await during
            for process in old { #expect(process.isRunning, "\(process.log)") }

            let new = try await start(present, at: 1, haproxy, sandbox)
            let alerts = try await present.alertWorker()
            for place in [1, 3] { try await haproxy.expectUsed(place) }
            answers += await client.send(parts[2])
            try await expectLoad("of both versions")

            async let after = client.send(parts[3])
            for process in old { #expect(await process.terminate() == .code(0), "\(process.log)") }
            try await expectLoad("of the present version")
            answers += await after
            let records = [await onoff.stop(), await nxtele.stop()]
            for record in records {
                #expect(record.strange == [] && record.refused == 0 && record.broken == 0, "\(balancer.log)")
            }
            #expect(client.retries.total == 0, "\(balancer.log)")
            let watch = Watch(owner)
            try await expectOver(watch, within: .seconds(120))
            let facts = try await expectSentOnce(answers, messages, watch, sandbox, seed: sandbox.seed)
            #expect(facts.acceptances.values.allSatisfy { $0.count == 1 })
            await watch.close()
            try await expectAllInTheEnd(records.flatMap(\.stored), url: owner)
            // What the new schema writes by itself it has written for the former version, too.
            #expect(try await cluster.sql(Self.miscounted) == ["0"])
            for process in new + [alerts.process] { #expect(await process.terminate() == .code(0), "\(process.log)") }
            print(
                "former version: \(records.reduce(0) { $0 + $1.stored.count }) webhooks acknowledged, \(answers.count) sends, "
                    + "none refused, lost or doubled")
        }

        /// Keys of the outbox's counts that do not agree with its entries.
        private static let miscounted = """
            SELECT count(*) FROM (
                SELECT t.provider, t.status, t.delivery_state, sum(t.count) AS count FROM outbox.tally AS t
                GROUP BY t.provider, t.status, t.delivery_state HAVING sum(t.count) <> 0
            ) AS t
            FULL JOIN (
                SELECT e.provider, e.status, e.delivery_state, count(*) AS count FROM outbox.entry AS e
                GROUP BY e.provider, e.status, e.delivery_state
            ) AS e USING (provider, status, delivery_state)
            WHERE t.count IS DISTINCT FROM e.count
            """

        /// An ingress and an API at their places behind HAProxy, a webhook worker and a send worker.
        private func start(
            _ stack: Stack, at place: Int, _ haproxy: TestHAProxy, _ sandbox: SandboxSettings
        ) async throws -> [TestProcess] {
            [
                try await stack.ingress(at: haproxy.ingresses[place]), try await stack.api(at: haproxy.apis[place]),
                try await stack.worker(place: place),
                try await stack.sendWorker(sandbox: sandbox, environment: Hurry.environment),
            ]
        }
    }
}
