import Domain
import PostgresClient
import Store
import TestSupport
import Testing

/// The first try of a batch, and those after it.
struct InsertWebhooksTests {
    @Test func `a first try stores nothing where one of its webhooks is there, and the next one stores the others`()
        async throws
    {
        try await withInbox { inbox in
            let ids = [Inbox.now, Inbox.now, Inbox.now].map(Inbox.id)
            let all = Inbox.batch(of: ids)
            let first = try await inbox.ingress.run(InsertWebhooks(Inbox.batch(of: [ids[1]])))
            #expect(first == 1)

            var refused: PostgresError?
            do throws(PostgresError) {
                _ = try await inbox.ingress.run(InsertWebhooks(all))
            } catch { refused = error }
            #expect(refused?.sqlState == .uniqueViolation && refused?.effect == PostgresError.Effect.none)
            let afterRefusal = try await stored(inbox)
            #expect(afterRefusal == ["1|1|1"])

            let missing = try await inbox.ingress.run(InsertMissingWebhooks(all))
            let again = try await inbox.ingress.run(InsertMissingWebhooks(all))
            #expect(missing == 2 && again == 0)
            let afterAll = try await stored(inbox)
            #expect(afterAll == ["3|3|3"])
        }
    }

    /// Raw rows, rows that wait, and what the tally says was accepted.
    private func stored(_ inbox: Inbox) async throws -> [String] {
        try await inbox.database.sql(
            """
            SELECT (SELECT count(*) FROM inbox.webhook), (SELECT count(*) FROM queue.webhook),
                   (SELECT sum(count) FROM queue.tally WHERE kind = 'accepted')
            """)
    }
}
