import TestSupport
import Testing

extension EndToEnd {
    @Suite struct PoolerTests {
        /// Entries whose receipts come, and events of the log that come.
        private static let each = 100

        @Test func `through PgBouncer webhooks have all their effects, each once`() async throws {
            try await withPooledStack { stack, database, _ in
                let ingress = try await stack.ingress()
                let worker = try await stack.worker()
                let requests = Self.requests()
                let statuses = await Sender(ports: [ingress.port], connections: 16).send(requests)
                #expect(statuses.allSatisfy { $0 == 200 }, "\(Set(statuses))")
                let end = try await expectAllEffects(database)
                #expect(end.accepted == Int64(requests.count))
                for process in [ingress.process, worker] { #expect(await process.terminate() == .code(0)) }
            }
        }

        @Test func `a PgBouncer that is killed under load and started again costs nothing that was answered`()
            async throws
        {
            try await withPooledStack { stack, database, pooler in
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "500ms"])
                let worker = try await stack.worker()
                var open = Self.requests()
                let sender = Sender(ports: [ingress.port], connections: 16)
                let half = Array(open.prefix(open.count / 2))
                #expect(await sender.send(half).allSatisfy { $0 == 200 })
                open.removeFirst(half.count)

                // It dies while some are on their way; others come while it is away.
                let rest = open
                async let sent = sender.send(rest)
                await pooler.kill()
                open = Self.refused(of: open, await sent)
                open = Self.refused(of: open, await sender.send(open))
                let late = Access.onoff(id: "event 0", text: "hello")
                #expect(await sender.send([late]) == [503])

                try await pooler.start(database)
                // As the provider does, which comes again.
                try await eventually("all are taken") {
                    open = Self.refused(of: open, await sender.send(open))
                    return open.isEmpty
                }
                let end = try await expectAllEffects(database)
                // What was refused may be there: its commit was in doubt.
                #expect(end.accepted >= Int64(Self.each * 3))
                #expect(ingress.process.isRunning && worker.isRunning)
                for process in [ingress.process, worker] { #expect(await process.terminate() == .code(0)) }
            }
        }

        @Test func `messages are sent once through a PgBouncer that is killed meanwhile and started again`()
            async throws
        {
            try await withPooledStack(adding: false) { stack, database, pooler in
                let sends = try await Sends(
                    stack, direct: { database.url(user: $0) }, count: 300, script: "delay=20ms-200ms,no-receipt=0.1",
                    seed: testSeed("pooler"))
                let workers = [try await sends.worker(), try await sends.worker(), try await stack.worker()]
                async let sent = sends.send(sends.messages)
                try await eventually(within: .seconds(60), "messages go out") { sends.accepted().count > 50 }
                await pooler.kill()
                try await pooler.start(database)
                try await sends.expectEachSentOnce(await sent)
                for process in workers + sends.apis { #expect(await process.terminate() == .code(0)) }
            }
        }

        /// Two hundred events, half of them twice, shuffled.
        private static func requests() -> [[UInt8]] {
            var all: [[UInt8]] = []
            for number in 0..<each {
                let pair = [
                    Access.onoff(id: "event \(number)", text: "hello"),
                    Access.receipt(
                        form: "messageid=message\(number)&phone=4915112345678&status=2&result=DELIVRD"
                            + "&drtime=2026-11-21+10:01:15&sendtime=2026-11-21+10:01:10&price=0.045&size=1"
                            + "&rate=6.4845&currency=USD"),
                ]
                all += number.isMultiple(of: 2) ? pair + pair : pair
            }
            var generator = SeededGenerator(seed: 2)
            return all.shuffled(using: &generator)
        }

        private static func refused(of requests: [[UInt8]], _ statuses: [Int]) -> [[UInt8]] {
            #expect(statuses.allSatisfy { $0 == 200 || $0 == 503 }, "\(Set(statuses))")
            return zip(requests, statuses).filter { $0.1 != 200 }.map(\.0)
        }

        /// Waits until nothing waits, and looks at everything the webhooks were to become.
        private func expectAllEffects(_ database: TestDatabase) async throws -> Conservation {
            let watch = Watch(database.url(user: "postroom_monitor"))
            try await eventually(within: .seconds(60), "all are processed") {
                try await watch.conservation().waiting == 0
            }
            let end = try await watch.conservation()
            #expect(end.processed == end.accepted && end.dead == 0 && end.difference == 0, "\(end)")
            await watch.close()
            let counts = """
                SELECT (SELECT count(*) FROM sms_log.entry), (SELECT count(*) FROM outbox.receipt),
                       (SELECT count(DISTINCT entry_id) FROM outbox.receipt),
                       (SELECT count(*) FROM outbox.entry WHERE delivery_state = 'delivered' AND status = 'sent')
                """
            #expect(try await database.sql(counts) == ["100|100|100|100"])
            return end
        }

        /// With a pooler that has fewer sessions for each role than its processes have connections.
        private func withPooledStack(
            adding entries: Bool = true, _ body: (Stack, TestDatabase, TestPooler) async throws -> Void
        ) async throws {
            try await withTestDatabase { database in
                if entries { try await addEntries(database) }
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        let pooler = try TestPooler(processes, folder: folder, poolSize: 1)
                        try await pooler.start(database)
                        let stack = Stack(processes, folder: folder) { pooler.url(database, user: $0) }
                        try await body(stack, database, pooler)
                    }
                }
            }
        }

        /// Messages that the provider has accepted.
        private func addEntries(_ database: TestDatabase) async throws {
            try await database.sql(
                """
                WITH given AS (
                    SELECT gen_random_uuid() AS id, 'message' || n AS message_id FROM generate_series(0, \(Self.each - 1)) AS n
                ), added AS (
                    INSERT INTO outbox.entry (id, account, user_id, recipient_phone_number, message, sender_id,
                        sms_units_used, cost_per_unit, total_cost, currency, encoding, provider, delivery_state, created_at)
                    SELECT id, 'default', 'u', '+4915112345678', 'hi', 's', 1, 0.05, 0.05, 'USD', 'gsm7', 'nxtele',
                           'accepted', now()
                    FROM given
                )
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                    provider_message_id, prepared_at, dispatched_at, settled_at)
                SELECT gen_random_uuid(), id, 0, 1, 'nxtele', '+4915112345678', 'accepted', message_id,
                       '2026-11-21 01:00:00Z', '2026-11-21 01:00:01Z', '2026-11-21 01:00:02Z'
                FROM given
                """)
        }
    }
}
