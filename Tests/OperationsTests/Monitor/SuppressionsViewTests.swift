import TestSupport
import Testing

@Suite struct SuppressionsViewTests {
    @Test func `each number of an account counts once, by its latest event`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, word)
                SELECT account, '+49151' || number, 'nxtele', key, kind, '2026-01-01Z'::timestamptz + at * interval '1 day',
                       gen_random_uuid(), 'w'
                FROM (VALUES ('a', '1000001', 'k1', 'suppressed', 1), ('a', '1000001', 'k2', 'lifted', 3),
                             ('a', '1000001', 'k3', 'suppressed', 2), ('a', '1000002', 'k4', 'suppressed', 1),
                             ('a', '1000003', 'k5', 'suppressed', 2), ('a', '1000003', 'k5', 'lifted', 2),
                             ('b', '1000001', 'k1', 'suppressed', 5)) AS v (account, number, key, kind, at)
                """)
            #expect(
                try await MonitorFixtures(database: database).view(
                    """
                    SELECT account, suppressed, lifted, (last_change_at AT TIME ZONE 'UTC')::date FROM monitor.suppressions
                    ORDER BY account
                    """) == ["a|2|1|2026-01-04", "b|1|0|2026-01-06"])
        }
    }
}
