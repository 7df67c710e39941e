import TestSupport
import Testing

extension EndToEnd {
    @Suite struct DeadTests {
        @Test func `dead letters are listed, shown, replayed and discarded, and the counts stay true`() async throws {
            try await withDeadLetters { command, database, watch in
                let list = try await command.run("dead", "list")
                #expect(list.end == "exit code 0")
                #expect(list.lines.count == 4, "\(list.text)")
                #expect(list.lines[0].hasPrefix("id "))
                for reason in ["missing-field", "bad-number", "malformed-json"] {
                    #expect(list.lines.count { $0.contains("  \(reason)  ") } == 1, "\(reason) in \(list.text)")
                }
                let id = try await database.sql(
                    "SELECT webhook_id FROM queue.webhook_dead WHERE reason = 'bad-number'")[0]
                let filtered = try await command.run("dead", "list", "--reason", "bad-number")
                #expect(filtered.lines.count == 2 && filtered.lines[1].hasPrefix(id), "\(filtered.text)")

                let shown = try await command.run("dead", "show", id)
                #expect(shown.end == "exit code 0")
                #expect(shown.lines.contains { $0.hasPrefix("body") && $0.hasSuffix("&price=cheap") }, "\(shown.text)")
                #expect(!shown.text.contains(Access.nxteleToken))

                // As it is, no replay helps.
                let vain = try await command.run("dead", "replay", "--all")
                #expect(
                    vain.end == "exit code 0" && vain.lines.last == "Processed 0, still unreadable 3.", "\(vain.text)")
                try await expectCounts(watch, processed: 1, dead: 3, discarded: 0)
                #expect(try await database.sql("SELECT DISTINCT tries FROM queue.webhook_dead") == ["2"])
            }
        }

        @Test func `a replay first shows what it would change, then changes just that`() async throws {
            try await withDeadLetters { command, database, watch in
                let id = try await database.sql(
                    "SELECT webhook_id FROM queue.webhook_dead WHERE reason = 'bad-number'")[0]
                // What a parser that understands it would see; the copy in the dead letters is what is replayed.
                try await database.sql(
                    """
                    UPDATE queue.webhook_dead SET body = replace(convert_from(body, 'UTF8'), 'cheap', '0.05')::bytea
                    WHERE webhook_id = '\(id)'
                    """)
                let before = try await FinalTables.read(watch)
                let dry = try await command.run("dead", "replay", "--dry-run", id)
                #expect(dry.end == "exit code 0")
                #expect(dry.text.contains("processed: new; entry "), "\(dry.text)")
                #expect(dry.text.contains("pending/accepted -> sent/delivered"), "\(dry.text)")
                #expect(dry.lines.last?.hasPrefix("Would be processed 1, still unreadable 0.") == true, "\(dry.text)")
                #expect(try await FinalTables.read(watch) == before)
                try await expectCounts(watch, processed: 1, dead: 3, discarded: 0)

                let real = try await command.run("dead", "replay", id)
                #expect(
                    real.end == "exit code 0" && real.lines.last == "Processed 1, still unreadable 0.", "\(real.text)")
                #expect(try await database.sql("SELECT status, delivery_state FROM outbox.entry") == ["sent|delivered"])
                try await expectCounts(watch, processed: 2, dead: 2, discarded: 0)

                let again = try await command.run("dead", "replay", id)
                #expect(
                    again.end == "exit code 1" && again.lines.contains("Processed 0, still unreadable 0."),
                    "\(again.text)")
                try await expectCounts(watch, processed: 2, dead: 2, discarded: 0)
            }
        }

        @Test func `a discarded dead letter stays counted`() async throws {
            try await withDeadLetters { command, database, watch in
                let dry = try await command.run("dead", "discard", "--reason", "malformed-json", "--dry-run")
                #expect(dry.lines.last?.hasPrefix("Would discard 1.") == true, "\(dry.text)")
                try await expectCounts(watch, processed: 1, dead: 3, discarded: 0)
                let real = try await command.run("dead", "discard", "--reason", "malformed-json")
                #expect(real.end == "exit code 0" && real.lines.last == "Discarded 1.", "\(real.text)")
                try await expectCounts(watch, processed: 1, dead: 2, discarded: 1)
                #expect(
                    try await database.sql("SELECT reason FROM queue.webhook_dead ORDER BY 1")
                        == ["bad-number", "missing-field"])

                // Not everything at once by a slip.
                let slip = try await command.run("dead", "discard")
                #expect(slip.end == "exit code 64" && slip.text.contains("Name ids"), "\(slip.text)")
                try await expectCounts(watch, processed: 1, dead: 2, discarded: 1)
            }
        }

        /// Three dead letters, one of them about a message in the outbox, and one webhook that was processed.
        private func withDeadLetters(
            _ body: (Command, TestDatabase, Watch) async throws -> Void
        ) async throws {
            try await withTestDatabase { database in
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        var random = SeededGenerator(seed: 1)
                        let watch = Watch(database.url)
                        let message = StormMessage(2, match: .providerID, &random)
                        try await watch.run(InsertStormMessages(messages: [message]))
                        let stack = Stack(processes, database, folder: folder)
                        let ingress = try await stack.ingress()
                        _ = try await stack.worker()
                        let receipt = "phone=\(message.phone)&status=2&drtime=2026-02-26 10:00:00"
                        let statuses = await Sender(ports: [ingress.port], connections: 1).send([
                            Access.receipt(form: receipt), Access.onoff(json: Array("{\"id\":".utf8)),
                            Access.receipt(form: "messageid=\(message.providerID)&\(receipt)&price=cheap"),
                            Access.onoff(id: "fine", text: "fine"),
                        ])
                        #expect(statuses == [200, 200, 200, 200])
                        try await eventually("all are processed") { try await watch.conservation().waiting == 0 }
                        try await expectCounts(watch, processed: 1, dead: 3, discarded: 0)
                        let command = Command(processes, url: database.url(user: "postroom_operator"))
                        try await body(command, database, watch)
                        await watch.close()
                    }
                }
            }
        }

        private func expectCounts(_ watch: Watch, processed: Int64, dead: Int64, discarded: Int64) async throws {
            #expect(
                try await watch.conservation()
                    == Conservation(
                        accepted: 4, waiting: 0, processed: processed, dead: dead, discarded: discarded, difference: 0,
                        differenceDead: 0))
        }
    }
}
