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
                // What the role has of its own (sql/roles.sql): the one shortened, the other lengthened, so that the wait below
                // ends when the test lets it.
                try await database.sql(
                    """
                    ALTER ROLE postroom_webhook_worker IN DATABASE \(database.name)
                    SET idle_in_transaction_session_timeout = '1s';
                    ALTER ROLE postroom_webhook_worker IN DATABASE \(database.name) SET lock_timeout = '30s'
                    """)
                let ingress = try await stack.ingress()
                let requests = (0..<6_000).map { Access.onoff(id: "mark-0-\($0)-end", text: "") }
                let sender = Sender(ports: [ingress.port], connections: 16)
                #expect(await sender.send(requests).allSatisfy { $0 == 200 })
                let holder = Session(database.url)
                try await holder.script("BEGIN; LOCK TABLE sms_log.entry IN SHARE MODE")
                // It is not ready before its first batch is done.
                let stopped = try await stack.worker(
                    waits: false, environment: ["POSTROOM_WORKERS": "1", "POSTROOM_BATCH": "500"])
                try await stopHoldingRows(stopped, database)
                try await holder.script("COMMIT")
                await holder.close()

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

        /// Stops the worker while its transaction, which has claimed rows, waits to write what became of them.
        private func stopHoldingRows(_ worker: TestProcess, _ database: TestDatabase) async throws {
            try await eventually(within: .seconds(60), "it waits with rows in its hands") {
                try await database.sql(
                    """
                    SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
                    WHERE a.usename = 'postroom_webhook_worker' AND a.datname = current_database() AND NOT l.granted
                      AND l.relation = 'sms_log.entry'::regclass
                    """) == ["1"]
            }
            worker.signal(SIGSTOP)
            let held = """
                WITH free AS (SELECT q.seq FROM queue.webhook AS q FOR UPDATE SKIP LOCKED)
                SELECT (SELECT count(*) FROM queue.webhook) - (SELECT count(*) FROM free)
                """
            #expect(try await database.sql(held) == ["500"])
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
                try await eventually("what it had asked of Postgres is done") {
                    try await database.sql(
                        """
                        SELECT count(*) FROM pg_stat_activity
                        WHERE usename = 'postroom_send_worker' AND datname = current_database() AND state = 'active'
                        """) == ["0"]
                }
                let held = Set(
                    try await database.sql("SELECT attempt_id FROM queue.send WHERE lease_owner IS NOT NULL"))

                let other = try await sends.worker(slow)
                try await eventually(within: .seconds(60), "its leases end, and all else is sent") {
                    try await database.sql("SELECT count(*) FROM queue.send") == ["0"]
                }
                // By now the provider has long read what was written.
                let written = Set(sends.accepted().map(\.ext)).intersection(held)
                #expect(!written.isEmpty && held.count > written.count, "\(held.count) held, \(written.count) written")
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

        @Test func `what a killed send worker held is free once it is silent, and the monitor shows it`() async throws {
            try await withSends(count: 60, script: "delay=60s") { sends, database in
                // Longer than sixty calls take to get there.
                let settings = ["POSTROOM_SEND_TIMEOUT": "45s"]
                let answers = await sends.send(sends.messages)
                let taken = answers.count { $0.status == 201 }
                let killed = try await sends.worker(settings)
                try await eventually("all are in its hands, and with the provider") {
                    try await database.sql(Self.leased) == ["\(taken)"] && sends.accepted().count == taken
                }
                await killed.kill()
                try await lengthenLeases(database)
                let stranger = try await Stranger(sends)
                let other = try await stranger.worker(settings)
                try await eventually(within: Self.silenceMax, "they are rescued") {
                    try await database.sql(Self.leased, user: "postroom_monitor") == ["0"]
                }
                #expect(
                    try await database.sql("SELECT count(*) FROM monitor.unclear_attempts", user: "postroom_monitor")
                        == ["\(taken)"])
                try await eventually(within: .seconds(60), "it says so") {
                    other.lines.contains { $0.contains("sends rescued whose worker had fallen silent") }
                }
                try await eventually(within: .seconds(60), "the monitor tells the dead from the living") {
                    try await database.sql(
                        "SELECT pid, alive FROM monitor.workers WHERE executable = 'postroom-send-worker' ORDER BY alive",
                        user: "postroom_monitor") == ["\(killed.pid)|f", "\(other.pid)|t"]
                }
                // Whether the provider has them is asked, not tried.
                #expect(sends.accepted().count == taken && stranger.accepted().isEmpty)
                #expect(await other.terminate() == .code(0))
            }
        }

        @Test func `a send worker that lives and cannot be heard is taken for dead, and its answers still count`()
            async throws
        {
            try await withSends(count: 10, script: "delay=25s,silent=1") { sends, database in
                let proxy = try FaultProxy(to: TestEnvironment.serverURL())
                defer { proxy.close() }
                let answers = await sends.send(sends.messages)
                let taken = answers.count { $0.status == 201 }
                let settings = [
                    "POSTROOM_SEND_TIMEOUT": "45s",
                    // Would be over before anybody is rescued, and send all once more.
                    "POSTROOM_UNCLEAR_DEADLINE": "1s", "POSTROOM_UNCLEAR_POLICY": "retry",
                ]
                let url = proxy.url(database: database.name, user: "postroom_send_worker")
                let silent = try await sends.worker(settings.merging(["DATABASE_URL": url]) { _, given in given })
                // At once: before the first of them is answered, and long before any is out of time.
                try await eventually("its calls are under way") { sends.accepted().count == taken }
                proxy.begin(.blackHole)
                #expect(try await database.sql(Self.leased) == ["\(taken)"])
                try await lengthenLeases(database)
                let stranger = try await Stranger(sends)
                let other = try await stranger.worker(settings)
                try await eventually(within: Self.silenceMax, "they are rescued") {
                    try await database.sql(Self.leased) == ["0"]
                }
                try await eventually(within: .seconds(60), "the provider is asked, and does not know them") {
                    try await database.sql("SELECT min(tries) > 0 FROM queue.lookup") == ["t"]
                }
                let states = "SELECT state, count(*) FROM outbox.attempt GROUP BY 1"
                #expect(try await database.sql(states) == ["unclear|\(taken)"])
                proxy.end()
                // The provider's answers, which only the one has that was silent.
                try await eventually(within: .seconds(90), "what its calls brought is recorded") {
                    try await database.sql(states) == ["accepted|\(taken)"]
                }
                #expect(sends.accepted().count == taken && stranger.accepted().isEmpty)
                #expect(try await database.sql("SELECT count(*) FROM queue.send") == ["0"])
                for process in [silent, other] { #expect(await process.terminate() == .code(0)) }
            }
        }

        private static let leased = "SELECT leased FROM monitor.queue WHERE name = 'send'"
        /// Until a worker that is silent is found by one that has just been started, on a machine however busy.
        private static let silenceMax = Duration.seconds(240)

        /// Leases of a worker that does not come to change them; what is rescued now is not rescued by their ends.
        private func lengthenLeases(_ database: TestDatabase) async throws {
            try await database.sql(
                "UPDATE queue.send SET lease_until = now() + interval '9 minutes' WHERE lease_owner IS NOT NULL")
        }
    }
}

/// A provider that knows nothing of what was sent so far: who asks it learns nothing, and who sends it anything sends it
/// once more.
private struct Stranger {
    private let sends: Sends

    init(_ others: Sends) async throws {
        let settings = SandboxSettings(
            port: try freePort(), log: "\(others.stack.folder)/stranger.jsonl", seed: others.seed, script: "")
        _ = try await others.stack.sandbox(settings, ingressPort: others.ingress.port)
        sends = others.with(sandbox: settings)
    }

    func worker(_ environment: [String: String]) async throws -> TestProcess { try await sends.worker(environment) }

    func accepted() -> [Accepted] { sends.accepted() }
}
