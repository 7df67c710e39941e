import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// Processes that stand still (SIGSTOP) while the world goes on without them.
    @Suite struct StoppedProcessTests {
        @Test func `a webhook worker stopped in mid-transaction lets go of its rows, and repeats nothing afterwards`()
            async throws
        {
            try await withStack { stack, database in
                // What the role has of its own (sql/roles.sql), shortened.
                try await database.sql(
                    """
                    ALTER ROLE postroom_webhook_worker IN DATABASE \(database.name)
                    SET idle_in_transaction_session_timeout = '1s'
                    """)
                let ingress = try await stack.ingress()
                let requests = (0..<6_000).map { Access.onoff(id: "mark-0-\($0)-end", text: "") }
                let sender = Sender(ports: [ingress.port], connections: 16)
                #expect(await sender.send(requests).allSatisfy { $0 == 200 })
                let stopped = try await stack.worker(environment: ["POSTROOM_WORKERS": "1", "POSTROOM_BATCH": "500"])
                let held = try await stopHoldingRows(stopped, database)
                #expect(held > 0)

                let other = try await stack.worker(place: 1)
                let watch = Watch(database.url)
                try await eventually(within: .seconds(90), "its rows come free, and another processes them") {
                    try await watch.conservation().waiting == 0
                }
                #expect(try await database.sql("SELECT count(*) FROM sms_log.entry") == ["6000"])
                stopped.signal(SIGCONT)
                #expect(await other.terminate() == .code(0))
                // It lives, and works on with another connection.
                let more = (0..<100).map { Access.onoff(id: "mark-1-\($0)-end", text: "") }
                #expect(await sender.send(more).allSatisfy { $0 == 200 })
                try await eventually(within: .seconds(60), "it goes on") {
                    try await watch.conservation().waiting == 0
                }
                await watch.close()
                let marks = (0..<6_000).map { "mark-0-\($0)-end" } + (0..<100).map { "mark-1-\($0)-end" }
                try await expectAllInTheEnd(marks, url: database.url)
                #expect(
                    try await database.sql("SELECT coalesce(sum(count), 0) FROM queue.tally WHERE kind = 'duplicate'")
                        == ["0"])
                #expect(await stopped.terminate() == .code(0))
            }
        }

        /// Stops the worker, again and again, until it stands still in a transaction that has claimed rows.
        private func stopHoldingRows(_ worker: TestProcess, _ database: TestDatabase) async throws -> Int {
            let look = """
                WITH free AS (SELECT q.seq FROM queue.webhook AS q FOR UPDATE SKIP LOCKED)
                SELECT (SELECT count(*) FROM queue.webhook) - (SELECT count(*) FROM free),
                       (SELECT count(*) FROM queue.webhook)
                """
            var held = 0
            try await eventually(within: .seconds(90), every: .milliseconds(5), "it stands with rows in its hands") {
                worker.signal(SIGSTOP)
                let counts = try await database.sql(look)[0].split(separator: "|").compactMap { Int($0) }
                held = counts[0]
                if held > 0 { return true }
                guard counts[1] > 0 else { throw TestSupportFailure("the worker was never met with rows in its hands") }
                worker.signal(SIGCONT)
                return false
            }
            return held
        }

        @Test func `a send worker stopped past its leases sends nothing more of theirs, and its answers still count`()
            async throws
        {
            try await withSends(count: 300, script: "delay=500ms,no-receipt=1") { sends, database in
                // At 40 a second some are always claimed and not yet written, and 20 written and not yet answered.
                let slow = ["POSTROOM_NXTELE_RATE": "40", "POSTROOM_SEND_TIMEOUT": "1s"]
                let answers = await sends.send(sends.messages)
                let stopped = try await sends.worker(slow)
                try await eventually(within: .seconds(60), "it sends") { sends.accepted().count > 60 }
                stopped.signal(SIGSTOP)
                let held = Set(
                    try await database.sql("SELECT attempt_id FROM queue.send WHERE lease_owner IS NOT NULL"))
                let written = Set(sends.accepted().map(\.ext)).intersection(held)
                #expect(!written.isEmpty && held.count > written.count, "\(held.count) held, \(written.count) written")

                let other = try await sends.worker(slow)
                try await eventually(within: .seconds(60), "its leases end, and all else is sent") {
                    try await database.sql("SELECT count(*) FROM queue.send") == ["0"]
                }
                let before = sends.accepted().count
                let taken = answers.count { $0.status == 201 }
                #expect(before == taken - (held.count - written.count))
                stopped.signal(SIGCONT)
                try await eventually(within: .seconds(60), "what it held and had not written is sent") {
                    sends.accepted().count >= taken
                }
                // As other attempts.
                #expect(held.isDisjoint(with: sends.accepted().dropFirst(before).map(\.ext)))
                // Long before anybody asks the provider: from the answers that lay in its sockets.
                try await eventually(within: .seconds(60), "its answers are recorded") {
                    try await database.sql("SELECT id FROM outbox.attempt WHERE state = 'accepted'")
                        .count(where: written.contains) == written.count
                }
                _ = try await sends.stack.worker()
                try await sends.expectEachSentOnce(answers)
                for process in [stopped, other] { #expect(await process.terminate() == .code(0)) }
            }
        }

        @Test func `what a killed send worker held is free within a minute, and the monitor shows it`() async throws {
            try await withSends(count: 60, script: "delay=60s,no-receipt=1") { sends, database in
                let settings = ["POSTROOM_SEND_TIMEOUT": "5s"]
                let answers = await sends.send(sends.messages)
                let taken = answers.count { $0.status == 201 }
                let killed = try await sends.worker(settings)
                let leased = "SELECT leased FROM monitor.queue WHERE name = 'send'"
                try await eventually("all are in its hands, and with the provider") {
                    try await database.sql(leased) == ["\(taken)"] && sends.accepted().count == taken
                }
                await killed.kill()
                let other = try await sends.worker(settings)
                try await eventually(within: .seconds(60), "they are rescued") {
                    try await database.sql(leased, user: "postroom_monitor") == ["0"]
                }
                #expect(
                    try await database.sql("SELECT count(*) FROM monitor.unclear_attempts", user: "postroom_monitor")
                        == ["\(taken)"])
                #expect(other.lines.contains { $0.contains("sends rescued whose lease had ended") })
                try await eventually(within: .seconds(60), "the monitor tells the dead from the living") {
                    try await database.sql(
                        "SELECT pid, alive FROM monitor.workers WHERE executable = 'postroom-send-worker' ORDER BY alive",
                        user: "postroom_monitor") == ["\(killed.pid)|f", "\(other.pid)|t"]
                }
                // Whether the provider has them is asked, not tried.
                #expect(sends.accepted().count == taken)
                #expect(await other.terminate() == .code(0))
            }
        }
    }
}
