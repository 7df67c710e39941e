import PostgresClient
import Runtime
import TestSupport
import Testing

@testable import Ingress

@Suite struct ProbeTests {
    /// Runs the body beside a writer, which has ended when this returns.
    private func during(
        _ writer: GroupCommitWriter, _ pending: PendingSubmissions, _ body: () async throws -> Void
    ) async throws {
        let task = Task { await writer.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        pending.close()
        await task.value
        try result.get()
    }

    @Test func `while Postgres answers and takes nothing, its signs of life do not make it a way to durability`()
        async throws
    {
        try await withTestDatabase { database in
            var configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(connectionString: database.url(user: "postroom_ingress")),
                storeDeadline: .seconds(5))
            configuration.probeInterval = .milliseconds(10)
            let pending = PendingSubmissions(itemsMax: 100, bytesMax: 1 << 20)
            let way = DirectWay()
            let health = IntakeHealth(nil, hasSpool: true)
            health.set(spool: true)
            let writer = GroupCommitWriter(
                configuration, pending: pending, way: way, health: health, spool: nil, log: SpoolBed.log)
            let answers = Answers()
            try await database.sql(
                "ALTER TABLE inbox.webhook ADD CONSTRAINT test_refuses CHECK (length(body) > 1000000)")
            func add(_ number: Int, within limit: Duration) {
                let submission = answers.submission(SpoolWebhooks.make(number))
                #expect(pending.add(PendingSubmission(submission: submission, deadline: .in(limit))))
            }
            try await during(writer, pending) {
                // Connected already: the first is sure to be tried within its time.
                try await eventually(within: .seconds(60), "it answers") { health.isDatabaseReachable }
                add(0, within: .seconds(8))
                // That the way is closed can be seen for a second only; this, until something is stored.
                try await eventually(within: .seconds(60), "it was not stored") { !health.isDatabaseReachable }
                // The second time the sign of life of the first is through.
                for _ in 0..<2 {
                    try await eventually(within: .seconds(60), "some may try") { way.admits() }
                    while way.admits() {}
                }
                #expect(health.isDatabaseAnswering && !health.isDatabaseReachable)
                health.set(spool: false)
                try await eventually(within: .seconds(60), "with no other way it is asked for webhooks") {
                    health.isDatabaseReachable
                }
                health.set(spool: true)
                try await database.sql("ALTER TABLE inbox.webhook DROP CONSTRAINT test_refuses")
                add(1, within: .seconds(60))
                try await eventually(within: .seconds(60), "it is stored") {
                    health.batchesStored == 1 && health.isDatabaseReachable
                }
            }
        }
    }

    @Test func `what one refused the next one disproves, with a spool and no webhooks, too`() async throws {
        try await withTestDatabase { database in
            var configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(connectionString: database.url(user: "postroom_ingress")),
                storeDeadline: .seconds(60))
            configuration.probeInterval = .milliseconds(10)
            let pending = PendingSubmissions(itemsMax: 100, bytesMax: 1 << 20)
            let (way, log) = (DirectWay(), TestLog())
            let health = IntakeHealth(nil, hasSpool: true)
            health.set(spool: true)
            let writer = GroupCommitWriter(
                configuration, pending: pending, way: way, health: health, spool: nil, log: log.logger)
            try await database.sql("REVOKE INSERT ON queue.webhook FROM postroom_ingress")
            try await during(writer, pending) {
                try await eventually(within: .seconds(60), "it is refused") { !log.lines.isEmpty }
                #expect(!health.isDatabaseReachable && !way.admits())
                try await database.sql("GRANT INSERT ON queue.webhook TO postroom_ingress")
                try await eventually(within: .seconds(60), "it is taken for well again") {
                    health.isDatabaseReachable && way.admits()
                }
            }
        }
    }

    @Test func `where nobody is reached no webhook goes the direct way`() async throws {
        let configuration = GroupCommitConfiguration(
            database: ConnectionConfiguration(connectionString: "host=/nowhere user=nobody dbname=nothing"),
            storeDeadline: .seconds(5))
        let (pending, way) = (configuration.makePending(), DirectWay())
        #expect(way.admits())
        let writer = GroupCommitWriter(
            configuration, pending: pending, way: way, health: IntakeHealth(nil, hasSpool: false), spool: nil,
            log: SpoolBed.log)
        // It asks for a sign of life first.
        pending.close()
        await writer.run()
        #expect(way.isClosed && !way.admits())
    }

    @Test func `one that is refused ends readiness, where no webhook comes`() async throws {
        try await withTestDatabase { database in
            var configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(connectionString: database.url(user: "postroom_ingress")),
                storeDeadline: .seconds(60))
            configuration.probeInterval = .milliseconds(10)
            let pending = configuration.makePending()
            let health = IntakeHealth(nil, hasSpool: false)
            let writer = GroupCommitWriter(
                configuration, pending: pending, way: DirectWay(), health: health, spool: nil, log: SpoolBed.log)
            try await during(writer, pending) {
                try await eventually(within: .seconds(60), "it is taken for well") { health.isReady }
                try await database.sql("REVOKE INSERT ON queue.webhook FROM postroom_ingress")
                try await eventually(within: .seconds(60), "it is not ready") { !health.isReady }
            }
        }
    }

    @Test func `one that is refused does not disprove that Postgres did not store`() async throws {
        try await withTestDatabase { database in
            var configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(connectionString: database.url(user: "postroom_ingress")),
                storeDeadline: .seconds(5))
            configuration.probeInterval = .milliseconds(10)
            let pending = configuration.makePending()
            let (way, log) = (DirectWay(), TestLog())
            let health = IntakeHealth(nil, hasSpool: true)
            health.set(spool: true)
            let writer = GroupCommitWriter(
                configuration, pending: pending, way: way, health: health, spool: nil, log: log.logger)
            let answers = Answers()
            try await during(writer, pending) {
                try await eventually(within: .seconds(60), "it is taken for well") { health.isDatabaseReachable }
                try await database.sql(
                    "ALTER TABLE inbox.webhook ADD CONSTRAINT test_refuses CHECK (length(body) > 1000000)")
                let submission = answers.submission(SpoolWebhooks.make(0))
                #expect(pending.add(PendingSubmission(submission: submission, deadline: .in(.seconds(3)))))
                try await eventually(within: .seconds(60), "it is not stored") { !health.isDatabaseReachable }
                try await database.sql("REVOKE INSERT ON queue.webhook FROM postroom_ingress")
                try await eventually(within: .seconds(60), "a sign of life is refused") {
                    log.lines.contains { $0.contains("42501") }
                }
                try await database.sql("GRANT INSERT ON queue.webhook TO postroom_ingress")
                try await eventually(within: .seconds(60), "some may try") { way.admits() }
                #expect(!health.isDatabaseReachable)
            }
        }
    }

    @Test(arguments: [("postroom_ingress", true, nil), ("postroom_api", true, "42501"), ("postgres", false, "42P01")])
    func `without a spool ready is who may store webhooks, and who is not says why`(
        role: String, isMigrated: Bool, refusal: String?
    ) async throws {
        try await withTestDatabase(migrated: isMigrated) { database in
            let (readiness, log) = (Readiness(), TestLog())
            let configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(connectionString: database.url(user: role)),
                storeDeadline: .seconds(60))
            let pending = configuration.makePending()
            let writer = GroupCommitWriter(
                configuration, pending: pending, way: DirectWay(), health: IntakeHealth(readiness, hasSpool: false),
                spool: nil, log: log.logger)
            // It asks for a sign of life first.
            pending.close()
            await writer.run()
            #expect(readiness.isReady == (refusal == nil))
            #expect(log.lines.count == (refusal == nil ? 0 : 1), "\(log.lines)")
            if let refusal { #expect(log.lines.first?.contains(refusal) == true, "\(log.lines)") }
            // It has stored nothing.
            guard isMigrated else { return }
            let stored = try await database.sql(
                "SELECT (SELECT count(*) FROM inbox.webhook) + (SELECT count(*) FROM queue.tally)")
            #expect(stored == ["0"])
        }
    }
}
