import TestSupport
import Testing

extension EndToEnd {
    @Suite struct MissingDayTests {
        @Test func `webhooks of days that nobody has made are taken, and a worker's maintenance makes the days`()
            async throws
        {
            try await withStack { stack, database in
                try await database.sql(
                    """
                    DO $$ DECLARE d record; BEGIN
                        FOR d IN SELECT partition FROM inbox.days()
                        LOOP EXECUTE format('DROP TABLE %s', d.partition); END LOOP;
                    END $$
                    """)
                let ingress = try await stack.ingress()
                let requests = (0..<200).map { Access.onoff(id: "\($0)", text: "") }
                let sender = Sender(ports: [ingress.port], connections: 16)
                #expect(await sender.send(Array(requests.prefix(100))).allSatisfy { $0 == 200 })
                let held = "SELECT count(*) FROM inbox.webhook_default"
                #expect(try await database.sql(held) == ["100"])

                // A start is a call, and the next but a minute away: the worker's own pruning may be at the days just then.
                let other = Session(database.url)
                try await other.script(
                    "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('postroom inbox partitions', 0))")
                let worker = try await stack.worker()
                let watch = Watch(database.url)
                try await eventually("the first are processed") { try await watch.conservation().processed == 100 }
                #expect(try await database.sql(held) == ["100"])
                try await other.script("COMMIT")
                await other.close()
                try await eventually(within: .seconds(45), "today is made") {
                    try await database.sql(held) == ["0"]
                }
                #expect(await sender.send(Array(requests.suffix(100))).allSatisfy { $0 == 200 })
                #expect(try await database.sql(held) == ["0"])
                try await eventually("all are processed") { try await watch.conservation().processed == 200 }
                let end = try await watch.conservation()
                #expect(end.accepted == 200 && end.difference == 0, "\(end)")
                #expect(try await database.sql("SELECT count(*) FROM sms_log.entry") == ["200"])
                await watch.close()
                #expect(await worker.terminate() == .code(0))
            }
        }
    }
}
