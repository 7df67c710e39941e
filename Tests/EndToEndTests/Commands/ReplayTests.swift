import TestSupport
import Testing

extension EndToEnd {
    @Suite struct ReplayTests {
        @Test func `webhooks that were processed are run again, and only what was lost of them changes anything`()
            async throws
        {
            try await withProcessed { command, database, watch in
                // As if the parser of that day had not read the receipt's status.
                try await database.sql(
                    """
                    DELETE FROM outbox.receipt;
                    UPDATE outbox.entry SET status = 'pending', delivery_state = 'accepted', delivered_at = NULL,
                                            revision = revision + 1
                    """)
                let before = try await FinalTables.read(watch)
                let dry = try await command.run("replay", "--from", "2026-01-01T00:00:00Z", "--dry-run")
                #expect(
                    dry.end == "exit code 0" && dry.text.contains("pending/accepted -> sent/delivered"), "\(dry.text)")
                #expect(dry.lines.last?.hasPrefix("2 run again: 1 told something new") == true, "\(dry.text)")
                let receipt = try await database.sql("SELECT id FROM inbox.webhook WHERE source = 'nxtele-receipt'")
                #expect(dry.lines.filter { $0.hasSuffix("  is new") } == receipt.map { "\($0)  is new" }, "\(dry.text)")
                #expect(dry.lines.last?.hasSuffix("this was a dry run.") == true, "\(dry.text)")
                #expect(try await FinalTables.read(watch) == before)
                #expect(try await replayed(database) == ["0"])

                let real = try await command.run("replay", "--from", "2026-01-01T00:00:00Z")
                #expect(real.end == "exit code 0", "\(real.text)")
                #expect(try await database.sql("SELECT status, delivery_state FROM outbox.entry") == ["sent|delivered"])
                #expect(try await replayed(database) == ["2"])
                let after = try await FinalTables.read(watch)

                let again = try await command.run("replay", "--from", "2026-01-01T00:00:00Z")
                #expect(again.lines.last?.hasPrefix("2 run again: 0 told something new") == true, "\(again.text)")
                #expect(try await FinalTables.read(watch) == after)
                try await expectCounts(watch)
            }
        }

        @Test(arguments: [
            (["--source", "onoff-sms"], "1 run again"), (["--account", "nobody"], "0 run again"),
            (["--to", "2026-01-02T00:00:00Z"], "0 run again"),
        ])
        func `only those that are asked for are run again`(options: [String], expected: String) async throws {
            try await withProcessed { command, database, watch in
                let run = try await command.run(["replay", "--from", "2026-01-01T00:00:00Z"] + options)
                #expect(run.end == "exit code 0" && run.lines.last?.hasPrefix(expected) == true, "\(run.text)")
                try await expectCounts(watch)
            }
        }

        @Test(arguments: [
            ([], "--from"), (["--from", "yesterday"], "a time with its zone"),
            (["--from", "2026-01-02T00:00:00Z", "--to", "2026-01-01T00:00:00Z"], "--to must be after --from"),
            (["--from", "2026-01-02T00:00:00Z", "--source", "nothing"], "nxtele-receipt"),
        ])
        func `what is asked for wrongly is named`(options: [String], named: String) async throws {
            try await withTestDatabase { database in
                try await withProcesses { processes in
                    let run = try await Command(processes, url: database.url).run(["replay"] + options)
                    #expect(run.end == "exit code 64" && run.text.contains(named), "\(run.text)")
                }
            }
        }

        /// A receipt with its effect, an Onoff event with its own, and a dead letter.
        private func withProcessed(_ body: (Command, TestDatabase, Watch) async throws -> Void) async throws {
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
                            Access.receipt(form: "messageid=\(message.providerID)&\(receipt)"),
                            Access.onoff(id: "fine", text: "fine"), Access.onoff(json: Array("{\"id\":".utf8)),
                        ])
                        #expect(statuses == [200, 200, 200])
                        try await eventually("all are processed") { try await watch.conservation().waiting == 0 }
                        try await expectCounts(watch)
                        try await body(
                            Command(processes, url: database.url(user: "postroom_operator")), database, watch)
                        await watch.close()
                    }
                }
            }
        }

        private func replayed(_ database: TestDatabase) async throws -> [String] {
            try await database.sql("SELECT coalesce(sum(count), 0) FROM queue.tally WHERE kind = 'replayed'")
        }

        private func expectCounts(_ watch: Watch) async throws {
            #expect(
                try await watch.conservation()
                    == Conservation(
                        accepted: 3, waiting: 0, processed: 2, dead: 1, discarded: 0, difference: 0, differenceDead: 0))
        }
    }
}
