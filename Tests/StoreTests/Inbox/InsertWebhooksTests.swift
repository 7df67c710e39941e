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

    @Test func `a first try queues each webhook under its own source, and counts it under that and its day of intake`()
        async throws
    {
        try await withInbox { inbox in
            let today = Inbox.now
            let yesterday = Timestamp(microseconds: today.microseconds - 86_400_000_000)
            var batch = WebhookBatch()
            for (source, time) in [
                (WebhookSource.nxteleReceipt, today), (.onoffSMS, today), (.nxteleReceipt, yesterday),
                (.nxteleReceipt, today), (.onoffSMS, yesterday), (.onoffSMS, yesterday),
            ] {
                batch.append(
                    id: Inbox.id(at: time), receivedAt: time, source: source, account: "default", method: "POST",
                    path: [], query: [], contentType: nil, headers: [], body: [], remoteAddress: "192.0.2.1")
            }
            let count = try await inbox.ingress.run(InsertWebhooks(batch))
            #expect(count == 6)
            let differences = try await inbox.database.sql(
                """
                WITH raw AS (SELECT id, source, ops.webhook_day(id) AS day FROM inbox.webhook),
                     counted AS (SELECT source, intake_day, kind, count FROM queue.tally),
                     wanted AS (SELECT source, day, 'accepted', count(*) FROM raw GROUP BY 1, 2)
                SELECT (SELECT count(*) FROM (TABLE counted EXCEPT ALL TABLE wanted) AS one),
                       (SELECT count(*) FROM (TABLE wanted EXCEPT ALL TABLE counted) AS one),
                       (SELECT count(*) FROM raw AS r JOIN queue.webhook AS q ON q.webhook_id = r.id AND q.source = r.source),
                       (SELECT count(*) FROM wanted)
                """)
            #expect(differences == ["0|0|6|4"])
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
