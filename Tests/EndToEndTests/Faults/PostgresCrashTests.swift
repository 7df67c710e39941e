import TestSupport
import Testing

extension EndToEnd {
    @Suite struct PostgresCrashTests {
        @Test func `Postgres crashes under load again and again, and every answer holds`() async throws {
            try await withCluster { cluster, stack in
                let ingress = try await stack.ingress()
                _ = try await stack.worker()
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                for _ in 1...3 {
                    let before = load.sofar.stored.count
                    try await eventually("there is load") { load.sofar.stored.count > before + 300 }
                    try await cluster.crash()
                    try await cluster.start()
                }
                let before = load.sofar.stored.count
                try await eventually("there is load again") { load.sofar.stored.count > before + 300 }
                let record = await load.stop()
                // An ingress that lives breaks no connection: whoever is not promised anything is told to come again.
                #expect(record.strange == [] && record.broken == 0)
                try await expectStoredOnce(record, url: try await cluster.url())

                let watch = Watch(try await cluster.url())
                try await eventually(within: .seconds(60), "the worker has recovered and processed all") {
                    try await watch.conservation().waiting == 0
                }
                let end = try await watch.conservation()
                #expect(end.processed == end.accepted && end.dead == 0 && end.difference == 0, "\(end)")
                await watch.close()
                #expect(ingress.process.isRunning)
                #expect(await ingress.process.terminate() == .code(0))
            }
        }

        @Test
        func
            `without a spool webhooks are refused with a time to come again while Postgres is away, and taken afterwards`()
            async throws
        {
            try await withCluster { cluster, stack in
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "500ms"])
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                try await eventually("there is load") { load.sofar.stored.count > 100 }
                try await cluster.crash()
                try await eventually("they are refused") { load.sofar.refused >= 16 }
                try await eventually("it is not ready") {
                    try await HTTPProbe.get("/readyz", port: ingress.adminPort).status == 503
                }
                let before = load.sofar.stored.count
                try await cluster.start()
                try await eventually("they are taken again") { load.sofar.stored.count > before + 100 }
                try await eventually("it is ready again") {
                    try await HTTPProbe.get("/readyz", port: ingress.adminPort).status == 200
                }
                let record = await load.stop()
                #expect(record.strange == [] && record.broken == 0)
                try await expectStoredOnce(record, url: try await cluster.url())
            }
        }

        @Test func `Postgres crashes while messages are sent again and again, and each is sent once`() async throws {
            try await withCluster { cluster, stack in
                let base = try await cluster.url()
                let sends = try await Sends(
                    stack, direct: { "\(base) user=\($0)" }, count: 600, script: "delay=20ms-500ms,no-receipt=0.1",
                    seed: testSeed("crash"))
                _ = try await stack.worker()
                let workers = [try await sends.worker(), try await sends.worker()]
                async let sent = sends.send(sends.messages)
                for crash in 1...3 {
                    try await eventually(within: .seconds(60), "messages go out") {
                        sends.accepted().count > crash * 100
                    }
                    try await cluster.crash()
                    try await cluster.start()
                }
                try await sends.expectEachSentOnce(await sent)
                for process in workers + sends.apis { #expect(await process.terminate() == .code(0)) }
            }
        }

        private func withCluster(_ body: (TestCluster, Stack) async throws -> Void) async throws {
            try await withTemporaryFolder { folder in
                try await withTestCluster(in: "\(folder)/cluster") { cluster in
                    let base = try await cluster.url()
                    try await withProcesses { processes in
                        // libpq takes the last of a keyword given twice.
                        let stack = Stack(processes, folder: folder) { "\(base) user=\($0)" }
                        try await body(cluster, stack)
                    }
                }
            }
        }
    }
}
