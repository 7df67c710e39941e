import TestSupport
import Testing

extension EndToEnd {
    /// Two servers, of which one streams to the other and waits for it at each commit.
    @Suite struct FailoverTests {
        @Test func `what was answered is on the standby once, when it is promoted while the primary dies`() async throws
        {
            try await withPair { primary, standby, stack in
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "500ms"])
                let worker = try await stack.worker()
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 300 }
                try await primary.crash()
                try await standby.promote()
                let before = load.sofar.stored.count
                try await eventually(within: .seconds(60), "the new primary takes them") {
                    load.sofar.stored.count > before + 300
                }
                let record = await load.stop()
                #expect(record.strange == [] && record.broken == 0)
                try await expectAllInTheEnd(record.stored, url: try await standby.url())
                #expect(ingress.process.isRunning && worker.isRunning)
                for process in [ingress.process, worker] { #expect(await process.terminate() == .code(0)) }
            }
        }

        @Test func `while the standby is away commits are in doubt, and once it is back or given up each is done once`()
            async throws
        {
            try await withPair { primary, standby, stack in
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "500ms"])
                let worker = try await stack.worker()
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                for isGivenUp in [false, true] {
                    var before = load.sofar.stored.count
                    try await eventually(within: .seconds(60), "there is load") {
                        load.sofar.stored.count > before + 300
                    }
                    try await standby.crash()
                    let failures = { try await ingress.metric("flush_failures_total") }
                    let soFar = try await failures()
                    try await eventually(within: .seconds(60), "commits hang, and the client's clock ends them") {
                        try await failures() > soFar + 2
                    }
                    if isGivenUp { try await primary.waitForStandby(false) } else { try await standby.start() }
                    before = load.sofar.stored.count
                    try await eventually(within: .seconds(60), "they are taken again") {
                        load.sofar.stored.count > before + 300
                    }
                }
                let record = await load.stop()
                #expect(record.strange == [] && record.broken == 0)
                try await expectAllInTheEnd(record.stored, url: try await primary.url())
                for process in [ingress.process, worker] { #expect(await process.terminate() == .code(0)) }
            }
        }

        @Test func `who met the standby under the primary's name is back once that leads to the primary again`()
            async throws
        {
            try await withPair { primary, standby, stack in
                let name = try Proxy(to: try await primary.url()) { Proxy.Rules() }
                defer { name.close() }
                // As most are written: one host, and no word about what it is to be.
                let stack = Stack(stack.processes, folder: stack.folder) {
                    name.url(database: TestCluster.database, user: $0)
                }
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "500ms"])
                let worker = try await stack.worker()
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 300 }
                name.lead(to: try await standby.url())
                name.resetAll()
                // The first failures are those of the connections that broke.
                let failures = { (process: TestProcess) in process.lines.count { $0.contains("failed") } }
                try await eventually(within: .seconds(60), "both have met the standby") {
                    failures(ingress.process) > 3 && failures(worker) > 3
                }
                name.lead(to: try await primary.url())
                let before = load.sofar.stored.count
                try await eventually(within: .seconds(60), "the primary takes them again") {
                    load.sofar.stored.count > before + 300
                }
                let record = await load.stop()
                #expect(record.strange == [] && record.broken == 0)
                try await expectAllInTheEnd(record.stored, url: try await primary.url())
                for process in [ingress.process, worker] { #expect(await process.terminate() == .code(0)) }
            }
        }

        private func withPair(_ body: (TestCluster, TestCluster, Stack) async throws -> Void) async throws {
            try await withTemporaryFolder { folder in
                try await withTestCluster(in: "\(folder)/primary") { primary in
                    try await withTestStandby(of: primary, in: "\(folder)/standby") { standby in
                        try await primary.waitForStandby(true)
                        let base = try await TestCluster.url(of: [primary, standby])
                        try await withProcesses { processes in
                            // libpq takes the last of a keyword given twice.
                            let stack = Stack(processes, folder: folder) { "\(base) user=\($0)" }
                            try await body(primary, standby, stack)
                        }
                    }
                }
            }
        }
    }
}
