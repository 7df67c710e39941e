import PostgresClient
import Store
import TestSupport
import Testing

@Suite struct `Old notifications` {
    private static let old = "0190a3c0-0000-7000-8000-00000000000"

    @Test func `go with their deliveries; what is young, or still to be delivered, stays`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO alert.endpoint (id, url, deleted_at) VALUES
                    ('\(Self.old)a', 'https://a.example/', now() - interval '3 d'),
                    ('\(Self.old)b', 'https://b.example/', now() - interval '1 h'),
                    ('\(Self.old)c', 'https://c.example/', now() - interval '3 d'),
                    ('\(Self.old)d', 'https://d.example/', NULL);
                INSERT INTO alert.endpoint (id, url, disabled_at, disabled_reason)
                VALUES ('\(Self.old)e', 'https://e.example/', now() - interval '3 d', 'gone');
                INSERT INTO alert.event (kind, subject, happened_at)
                VALUES ('alert.test', 'old', now() - interval '3 d'), ('alert.test', 'young', now() - interval '1 d');
                INSERT INTO alert.notification (id, kind, event_count, data, first_at, last_at, created_at)
                SELECT ('\(Self.old)' || n)::uuid, 'alert.test', 1, '{}', now(), now(),
                       now() - CASE WHEN n = 5 THEN interval '1 h' ELSE interval '3 d' END
                FROM generate_series(1, 5) AS n;
                INSERT INTO alert.delivery (notification_id, endpoint_id, number, outcome)
                SELECT id, '\(Self.old)a', 1, 'failed' FROM alert.notification;
                INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
                VALUES ('\(Self.old)4', '\(Self.old)c', now(), now());
                INSERT INTO alert.rule_event (rule, ok, recorded_at) VALUES
                    ('a', false, now() - interval '4 d'), ('a', true, now() - interval '3 d'),
                    ('b', false, now() - interval '3 d'), ('b', true, now());
                """)
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            #expect(try await worker.run(PruneAlerts(retention: .seconds(2 * 86_400), now: Inbox.now, rowsMax: 2)) == 2)
            #expect(try await worker.run(PruneAlerts(retention: .seconds(2 * 86_400), now: Inbox.now, rowsMax: 2)) == 1)
            #expect(try await worker.run(PruneAlerts(retention: .seconds(2 * 86_400), now: Inbox.now, rowsMax: 2)) == 0)
            // A retention below a day is a slip of the hand.
            #expect(try await worker.run(PruneAlerts(retention: .seconds(3_600), now: Inbox.now, rowsMax: 2)) == 0)
            await worker.close()
            #expect(
                try await database.sql(
                    "SELECT right(id::text, 1) FROM alert.notification ORDER BY 1") == ["4", "5"])
            #expect(
                try await database.sql(
                    "SELECT right(notification_id::text, 1) FROM alert.delivery ORDER BY 1") == ["4", "5"])
            #expect(
                try await database.sql("SELECT rule, ok FROM alert.rule_event ORDER BY rule, seq") == ["a|t", "b|t"])
            #expect(
                try await database.sql("SELECT right(id::text, 1) FROM alert.endpoint ORDER BY 1")
                    == ["b", "c", "d", "e"])
            // What happened lately is still to be told.
            #expect(try await database.sql("SELECT subject FROM alert.event") == ["young"])
        }
    }
}
