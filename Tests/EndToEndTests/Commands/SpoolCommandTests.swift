import TestSupport
import Testing

extension EndToEnd {
    @Suite struct SpoolCommandTests {
        @Test func `the folder of a dead machine is listed and drained by hand, once`() async throws {
            try await withStack { stack, database in
                let spool = SpoolOnDisk(path: "\(stack.folder)/spool")
                // A port that accepts and never speaks, as a machine that hangs does.
                let nobody = try Listener()
                let settings = spool.settings.merging(
                    ["DATABASE_URL": "host=127.0.0.1 port=\(nobody.port) user=x dbname=x sslmode=disable"]
                ) { _, new in new }
                let first = try await stack.ingress(settings)
                let requests = (0..<700).map { Access.onoff(id: "\($0)", text: "") }
                let sender = Sender(ports: [first.port], connections: 8)
                #expect(await sender.send(Array(requests.prefix(300))).allSatisfy { $0 == 200 })
                // What waits at SIGTERM goes to the spool, which need not be empty for a clean end.
                #expect(await first.process.terminate() == .code(0))
                let second = try await stack.ingress(port: first.port, adminPort: first.adminPort, settings)
                #expect(await sender.send(Array(requests.suffix(400))).allSatisfy { $0 == 200 })

                let command = Command(stack.processes, url: database.url(user: "postroom_operator"))
                let busy = try await command.run("spool", "drain", spool.path)
                #expect(busy.end == "exit code 1" && busy.text.contains("in use by another process"), "\(busy.text)")
                #expect(try await command.run("spool", "list", spool.path).text.contains("In use by a running process"))
                await second.process.kill()

                let list = try await command.run("spool", "list", spool.path)
                #expect(list.end == "exit code 0" && list.text.contains("700 webhooks wait"), "\(list.text)")
                let drain = try await command.run("spool", "drain", "--rate", "100000", spool.path)
                #expect(drain.end == "exit code 0", "\(drain.text)")
                #expect(drain.text.contains("Done: 700 webhooks are in the database, 700 of them new"), "\(drain.text)")
                #expect(try await database.sql("SELECT count(*) FROM queue.webhook") == ["700"])
                #expect(try await command.run("spool", "list", spool.path).text == "Empty.")
                let again = try await command.run("spool", "drain", spool.path)
                #expect(again.end == "exit code 0" && again.text.contains("Done: 0 webhooks"), "\(again.text)")
                #expect(
                    try await database.sql(
                        "SELECT state, webhooks, host <> '' FROM monitor.spool WHERE folder = '\(spool.path)'")
                        == ["closed|0|t"])
                let elsewhere = try await command.run(
                    "spool", "drain", "--host", "elsewhere", "--original-folder", "/there", spool.path)
                #expect(elsewhere.end == "exit code 0", "\(elsewhere.text)")
                #expect(
                    try await database.sql(
                        "SELECT state FROM monitor.spool WHERE (host, folder) = ('elsewhere', '/there')")
                        == ["closed"])
                let none = try await command.run("spool", "drain", stack.folder)
                #expect(none.end == "exit code 1" && none.text.contains("There is no spool in"), "\(none.text)")
                withExtendedLifetime(nobody) {}
            }
        }

        @Test func `status shows queues, conservation, processes and spools to the monitor's role`() async throws {
            try await withStack { stack, database in
                let spool = SpoolOnDisk(path: "\(stack.folder)/spool")
                let ingress = try await stack.ingress(spool.settings)
                let requests = (0..<20).map { Access.onoff(id: "\($0)", text: "") }
                #expect(await Sender(ports: [ingress.port], connections: 2).send(requests).allSatisfy { $0 == 200 })
                let command = Command(stack.processes, url: database.url(user: "postroom_monitor"))
                try await eventually(within: .seconds(60), "the spool was reported") {
                    try await database.sql("SELECT count(*) FROM monitor.spool") == ["1"]
                }
                let status = try await command.run("status")
                #expect(status.end == "exit code 0")
                let lines = status.lines.map { $0.split(separator: " ").map(String.init) }
                #expect(lines.contains { $0.starts(with: ["webhook", "20"]) }, "\(status.text)")
                #expect(
                    lines.contains { $0.starts(with: ["onoff-sms", "20", "20", "0", "0", "0", "0"]) }, "\(status.text)")
                #expect(lines.contains { $0.first == "postroom-ingress" && $0.contains("yes") })
                #expect(lines.contains { $0.last == spool.path && $0.dropFirst().starts(with: ["0", "0"]) })
            }
        }
    }
}
