import PostgresClient
import Store
import TestSupport
import Testing

/// On a server of its own, which waits for a standby that does not exist until it is told not to.
struct InsertInDoubtTests {
    private static let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"

    @Test func `the repeat of a batch whose commit is in doubt waits for the standby, too, where all rows are there`()
        async throws
    {
        try await withTemporaryFolder { folder in
            try await withTestCluster(in: "\(folder)/data") { cluster in
                let batch = Inbox.batch(at: [Inbox.now, Inbox.now])
                let url = try await cluster.url(user: "postroom_ingress")
                let (first, second) = (Session(url), Session(url))
                try await cluster.waitForNobody(true)

                async let effect = effectOfFailure(batch, first)
                try await eventually("the first commit waits") { try await cluster.sql(Self.waiting) == ["1"] }
                _ = try await cluster.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                #expect(await effect == .unknown)
                // Here they are, on the one server that may now be lost.
                #expect(try await cluster.sql("SELECT count(*) FROM inbox.webhook") == ["2"])

                // The ingress's own next step; an answer of 200 depends on its end.
                async let repeated = second.run(InsertMissingWebhooks(batch))
                try await eventually("the repeat waits, too") {
                    try await cluster.sql(
                        Self.waiting + " AND pid <> pg_backend_pid() AND query LIKE '%inbox.webhook%'")
                        == ["1"]
                }
                try await cluster.waitForNobody(false)
                #expect(try await repeated == 0)
                #expect(
                    try await cluster.sql(
                        "SELECT (SELECT count(*) FROM inbox.webhook), (SELECT count(*) FROM queue.webhook)")
                        == ["2|2"])
                #expect(
                    try await cluster.sql("SELECT kind, count FROM queue.tally ORDER BY count") == [
                        "accepted|0", "accepted|2",
                    ])
                await first.close()
                await second.close()
            }
        }
    }

    /// What the batch's failure says of its effect; nil where it was reported as done.
    private func effectOfFailure(_ batch: WebhookBatch, _ session: Session) async -> PostgresError.Effect? {
        do throws(PostgresError) { _ = try await session.run(InsertWebhooks(batch)) } catch { return error.effect }
        return nil
    }
}
