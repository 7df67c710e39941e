import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct SpoolTests {
        @Test func `Postgres away under load: every answer is 200, and after a SIGKILL in the middle every one holds`()
            async throws
        {
            try await withSpoolingCluster { cluster, stack, spool in
                var ingress = try await stack.ingress(spool.settings)
                let worker = try await stack.worker()
                let load = Load(port: ingress.port, connections: 8) { mark in
                    mark.hasSuffix("7-end")
                        ? Access.receipt(form: "messageid=\(mark)&phone=4915112345678&status=2")
                        : Access.onoff(id: mark, text: "")
                }
                try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 200 }
                try await cluster.crash()
                try await eventually(within: .seconds(60), "the spool takes it") {
                    try await ingress.metric("spooled_total") > 500
                }
                let ready = try await HTTPProbe.get("/readyz", port: ingress.adminPort)
                #expect(ready.status == 200 && ready.text.contains("Postgres does not take webhooks"), "\(ready.text)")
                #expect(try spool.holds("4915112345678"))
                for secret in [Access.onoffKey, Access.nxteleToken] { #expect(try !spool.holds(secret)) }

                await ingress.process.kill()
                ingress = try await stack.ingress(port: ingress.port, adminPort: ingress.adminPort, spool.settings)
                let before = load.sofar.stored.count
                try await eventually(within: .seconds(60), "it takes more without Postgres") {
                    load.sofar.stored.count > before + 500
                }
                try await cluster.start()
                try await eventually(within: .seconds(60), "new webhooks go the direct way again") {
                    try await ingress.metric("webhooks_stored_total") > 200
                }
                try await spool.expectDrained(ingress)
                let record = await load.stop()
                #expect(record.strange == [] && record.refused == 0)
                try await expectStoredOnce(record, url: try await cluster.url())

                let watch = Watch(try await cluster.url())
                try await eventually(within: .seconds(120), "the worker has processed all") {
                    try await watch.conservation().waiting == 0
                }
                let end = try await watch.conservation()
                #expect(end.processed + end.dead == end.accepted && end.difference == 0, "\(end)")
                await watch.close()
                try await eventually(within: .seconds(60), "Postgres was told that the spool is empty") {
                    try await cluster.sql(
                        "SELECT webhooks, bytes, files_aside, oldest_at IS NULL FROM monitor.spool WHERE folder = '\(spool.path)'"
                    )
                        == ["0|0|0|t"]
                }
                #expect(await ingress.process.terminate() == .code(0))
                #expect(await worker.terminate() == .code(0))
            }
        }

        @Test func `an ingress that is killed again and again while it spools keeps every promise`() async throws {
            try await withSpoolingCluster { cluster, stack, spool in
                var ingress = try await stack.ingress(spool.settings)
                try await cluster.crash()
                let load = Load(port: ingress.port, connections: 8) {
                    Access.onoff(id: $0, text: String(repeating: "a", count: 2_000))
                }
                for round in 1...6 {
                    let before = load.sofar.stored.count
                    try await eventually(within: .seconds(60), "it spools") {
                        load.sofar.stored.count > before + 37 * round
                    }
                    await ingress.process.kill()
                    ingress = try await stack.ingress(port: ingress.port, adminPort: ingress.adminPort, spool.settings)
                }
                let record = await load.stop()
                #expect(record.strange == [] && record.refused == 0 && record.broken > 0)
                try await cluster.start()
                try await spool.expectDrained(ingress)
                try await expectStoredOnce(record, url: try await cluster.url())
            }
        }

        @Test func `full, the spool refuses with a time to come again, and all is well once Postgres is back`()
            async throws
        {
            try await withSpoolingCluster { cluster, stack, spool in
                let ingress = try await stack.ingress(
                    spool.settings.merging(["POSTROOM_SPOOL_MAX_BYTES": "300000"]) { _, new in new })
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 100 }
                try await cluster.crash()
                try await eventually(within: .seconds(60), "it is full") { load.sofar.refused >= 50 }
                try await eventually(within: .seconds(60), "it is not ready, and says why") {
                    let answer = try await HTTPProbe.get("/readyz", port: ingress.adminPort)
                    return answer.status == 503 && answer.text.contains("database, spool")
                }
                #expect(try await ingress.metric("spool_bytes") <= 300_000)
                try await cluster.start()
                try await eventually(within: .seconds(60), "it is ready") {
                    try await HTTPProbe.get("/readyz", port: ingress.adminPort).text == "ready\n"
                }
                let before = load.sofar.stored.count
                try await eventually(within: .seconds(60), "all are taken again") {
                    load.sofar.stored.count > before + 200
                }
                try await spool.expectDrained(ingress)
                let record = await load.stop()
                #expect(record.strange == [] && record.broken == 0)
                try await expectStoredOnce(record, url: try await cluster.url())
            }
        }

        @Test(.enabled(if: geteuid() == 0, "a small disk takes a mount"))
        func `a disk that is full refuses, and is used again once there is room`() async throws {
            try await withSpoolingCluster { cluster, stack, spool in
                try await withSmallDisk(spool.path, stack.processes) { grow in
                    let ingress = try await stack.ingress(spool.settings)
                    try await cluster.crash()
                    let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                    try await eventually(within: .seconds(60), "the disk is full") { load.sofar.refused >= 50 }
                    try await eventually(within: .seconds(60), "it is not ready") {
                        try await HTTPProbe.get("/readyz", port: ingress.adminPort).status == 503
                    }
                    #expect(ingress.process.log.contains("No space left on device"))
                    try await grow()
                    let before = load.sofar.stored.count
                    try await eventually(within: .seconds(60), "it takes webhooks again") {
                        load.sofar.stored.count > before + 100
                    }
                    let record = await load.stop()
                    #expect(record.strange == [] && record.broken == 0)
                    try await cluster.start()
                    try await spool.expectDrained(ingress)
                    try await expectStoredOnce(record, url: try await cluster.url())
                    #expect(await ingress.process.terminate() == .code(0))
                }
            }
        }

        @Test func `SIGTERM with Postgres there drains what is left, and without it leaves it to the next start`()
            async throws
        {
            try await withStack { stack, database in
                let spool = SpoolOnDisk(path: "\(stack.folder)/spool")
                let nobody = try Listener()
                let away = spool.settings.merging(
                    ["DATABASE_URL": "host=127.0.0.1 port=\(nobody.port) user=x dbname=x sslmode=disable"]
                ) { _, new in new }
                let first = try await stack.ingress(away)
                // Shown before anything of it is known.
                let page = try await HTTPProbe.get("/metrics", port: first.adminPort).text
                #expect(page.contains("\npostroom_ingress_database_reachable 0"))
                let requests = (0..<900).map { Access.onoff(id: "\($0)", text: "") }
                #expect(await Sender(ports: [first.port], connections: 8).send(requests).allSatisfy { $0 == 200 })
                #expect(await first.process.terminate() == .code(0))
                #expect(first.process.log.contains("stay in the spool until the next start"))

                let second = try await stack.ingress(spool.settings)
                try await eventually(within: .seconds(60), "it has seen Postgres") {
                    try await HTTPProbe.get("/readyz", port: second.adminPort).text == "ready\n"
                }
                #expect(await second.process.terminate() == .code(0))
                #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == ["lock"])
                #expect(try await database.sql("SELECT count(*) FROM queue.webhook") == ["900"])
                #expect(try await database.sql("SELECT state, webhooks FROM monitor.spool") == ["closed|0"])
                withExtendedLifetime(nobody) {}
            }
        }

        @Test func `a second ingress does not start in a folder that is in use`() async throws {
            try await withStack { stack, _ in
                let spool = SpoolOnDisk(path: "\(stack.folder)/spool")
                let first = try await stack.ingress(spool.settings)
                let second = try await stack.processes.start(
                    "postroom-ingress",
                    environment: spool.settings.merging([
                        "DATABASE_URL": stack.url("postroom_ingress"), "POSTROOM_INGRESS_LISTEN": "127.0.0.1:0",
                        "POSTROOM_INGRESS_ADMIN_LISTEN": "127.0.0.1:0", "POSTROOM_NXTELE_TOKENS": "token",
                    ]) { _, new in new })
                #expect(await second.exit(within: .seconds(60)) == .code(1))
                #expect(second.log.contains("is in use by another process"))
                #expect(first.process.isRunning)
            }
        }

        @Test func `a database that answers and does not commit costs one deadline, not one for each webhook`()
            async throws
        {
            try await withStack { stack, database in
                let spool = SpoolOnDisk(path: "\(stack.folder)/spool")
                let ingress = try await stack.ingress(spool.settings)
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 100 }
                try await whileNothingCanBeStored(stack.processes, database) { letGo in
                    let before = load.sofar.stored.count
                    try await eventually(within: .seconds(60), "the spool takes it") {
                        load.sofar.stored.count > before + 1_000
                    }
                    try await letGo()
                }
                try await spool.expectDrained(ingress)
                let record = await load.stop()
                #expect(record.strange == [] && record.broken == 0 && record.refused == 0)
                try await spool.expectDrained(ingress)
                try await expectStoredOnce(record, database)
            }
        }
    }
}

/// Runs the body with a server of its own and an ingress's spool.
func withSpoolingCluster(
    _ body: (TestCluster, Stack, SpoolOnDisk) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        try await withTestCluster(in: "\(folder)/cluster") { cluster in
            let base = try await cluster.url()
            try await withProcesses { processes in
                // libpq takes the last of a keyword given twice.
                let stack = Stack(processes, folder: folder) { "\(base) user=\($0)" }
                try await body(cluster, stack, SpoolOnDisk(path: "\(folder)/spool"))
            }
        }
    }
}

/// Runs the body with a disk of 256 KiB at a place.
private func withSmallDisk(
    _ path: String, _ processes: TestProcesses, _ body: (_ grow: () async throws -> Void) async throws -> Void
) async throws {
    func run(_ arguments: String...) async throws {
        let process = try await processes.start("/usr/bin/env", name: arguments[0], arguments: arguments)
        let end = await process.exit(within: .seconds(30))
        guard end == .code(0) else { throw TestSupportFailure("\(arguments): \(process.log)") }
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try await run("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", path)
    do {
        try await body { try await run("mount", "-o", "remount,size=64m", path) }
    } catch {
        try await run("umount", "-l", path)
        throw error
    }
    try await run("umount", "-l", path)
}
