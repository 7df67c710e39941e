import PostgresClient
import TestSupport
import Testing

@testable import Ingress

@Suite struct CommitInDoubtTests {
    /// Another try finds it there: to refuse it would have it sent, and stored, again.
    @Test func `what was stored, its answer lost, is acknowledged at once and stored once`() async throws {
        try await withTestDatabase { database in
            let proxy = try FaultProxy(to: database.url)
            defer { proxy.close() }
            var configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(
                    connectionString: proxy.url(database: database.name, user: "postroom_ingress")),
                storeDeadline: .seconds(60))
            // Only webhooks come that way.
            configuration.probeInterval = .seconds(600)
            let health = IntakeHealth(nil, hasSpool: false)
            let commit = GroupCommit(configuration, health: health, spool: nil, log: SpoolBed.log)
            let task = Task { try await commit.run() }
            defer { task.cancel() }
            try await eventually("Postgres is there") { health.isDatabaseReachable }
            proxy.begin(.cutCommit)
            let answers = Answers()
            let webhooks = (0..<20).map { SpoolWebhooks.make($0) }
            for (place, webhook) in webhooks.enumerated() {
                commit.submit(answers.submission(webhook))
                try await eventually(within: .seconds(30), "it is answered") {
                    await answers.run()
                    return answers.count > place
                }
            }
            #expect(proxy.commitsCut.statements > 0)
            proxy.end()
            #expect(answers.stored == Set(webhooks.map(\.id)) && answers.count == 20)
            #expect(
                try await database.sql(
                    "SELECT (SELECT count(*) FROM inbox.webhook), (SELECT count(*) FROM queue.webhook)") == ["20|20"])
            task.cancel()
            try await task.value
        }
    }
}
