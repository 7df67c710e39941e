import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct StatusTests {
        @Test func `status shows what is red, and as JSON every row of its views`() async throws {
            try await withTestDatabase { database in
                try await withProcesses { processes in
                    try await database.sql(
                        "INSERT INTO ops.provider_event (provider, kind, code) VALUES ('nxtele', 'paused', '3')")
                    let command = Command(processes, url: database.url(user: "postroom_monitor"))
                    let table = try await command.run("status")
                    #expect(table.end == "exit code 0", "\(table.text)")
                    #expect(table.lines.contains { $0.hasPrefix("RED  provider_paused") && $0.contains("code 3") })
                    #expect(table.lines.contains { $0.hasPrefix("ok   nothing_disappears") })
                    #expect(!table.text.contains("\u{1B}"))

                    let json = try await command.run("status", "--json")
                    #expect(json.end == "exit code 0" && json.lines.count == 1, "\(json.text)")
                    let object = try #require(
                        try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: [[String: Any]]])
                    #expect(object.keys.sorted() == ["conservation", "health", "queue", "spool", "workers"])
                    let health = try #require(object["health"])
                    #expect(health.first { $0["name"] as? String == "provider_paused" }?["ok"] as? Bool == false)
                    #expect(object["queue"]?.count == 4)
                }
            }
        }

        @Test func `on a terminal what is red is coloured, lines end with it, and what to do stands below`()
            async throws
        {
            try await withTestDatabase { database in
                try await withProcesses { processes in
                    try await database.sql(
                        "INSERT INTO ops.provider_event (provider, kind, code) VALUES ('nxtele', 'paused', '3')")
                    let program = "\(TestEnvironment.binaries)/postroom"
                    let process = try await processes.start(
                        "/usr/bin/script",
                        arguments: ["-qec", "stty cols 100; exec '\(program)' status", "/dev/null"],
                        environment: ["DATABASE_URL": database.url(user: "postroom_monitor")])
                    let exit = await process.exit(within: .seconds(60))
                    #expect(exit?.description == "exit code 0", "\(process.log)")
                    let lines = process.lines.map { $0.replacing("\r", with: "") }
                    let place = try #require(
                        lines.firstIndex { $0.hasPrefix("\u{1B}[31mRED  provider_paused") }, "\(process.log)")
                    #expect(lines[place].hasSuffix("\u{1B}[0m"))
                    #expect(lines[place + 1].hasPrefix("     -> See what the code means"), "\(process.log)")
                    #expect(lines.contains { $0.hasPrefix("ok   nothing_disappears") && $0.count <= 100 })
                    let rules = lines.prefix { !$0.isEmpty }.filter { !$0.hasPrefix("     ->") }
                    #expect(rules.count > 20)
                    for rule in rules {
                        #expect(rule.replacing(/\u{1B}\[[0-9]*m/, with: "").count <= 100, "\(rule)")
                    }
                }
            }
        }

        @Test func `what the server warns of while it lets somebody in does not stand between the lines`() async throws
        {
            try await withTestDatabase { database in
                try await withProcesses { processes in
                    // As after an upgrade of the system's libraries: the server says so at every connection.
                    try await database.sql(
                        "UPDATE pg_database SET datcollversion = '0' WHERE datname = current_database()")
                    let command = Command(processes, url: database.url(user: "postroom_monitor"))
                    let json = try await command.run("status", "--json")
                    #expect(json.end == "exit code 0" && json.lines.count == 1, "\(json.text)")
                }
            }
        }

        @Test func `status shows itself again until it is interrupted`() async throws {
            try await withTestDatabase { database in
                try await withProcesses { processes in
                    let command = Command(processes, url: database.url(user: "postroom_monitor"))
                    let watching = try await command.start("status", "--watch", "--json")
                    try await eventually(within: .seconds(60), "it is shown twice") { watching.lines.count >= 2 }
                    watching.signal(SIGINT)
                    #expect(await watching.exit(within: .seconds(30))?.description == "exit code 0", "\(watching.log)")
                }
            }
        }
    }
}
