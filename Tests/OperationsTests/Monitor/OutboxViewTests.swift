import TestSupport
import Testing

@Suite struct OutboxViewTests {
    /// Entries; every third failed, every seventh sent, every eleventh is gone again.
    private static let traffic = """
        INSERT INTO outbox.entry
            (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost,
             currency, encoding, provider, created_at)
        SELECT gen_random_uuid(), 'default', 'u', '+4915112345678', n::text, 's', 1, 1, 1, 'USD', 'gsm7',
               'nxtele', now()
        FROM generate_series(1, 500) AS n;
        UPDATE outbox.entry SET status = 'failed', delivery_state = 'undelivered' WHERE message::integer % 3 = 0;
        UPDATE outbox.entry SET status = 'sent', delivery_state = 'delivered' WHERE message::integer % 7 = 0;
        UPDATE outbox.entry SET status = 'failed', delivery_state = 'cancelled' WHERE message::integer % 50 = 0;
        UPDATE outbox.entry SET revision = revision + 1;
        DELETE FROM outbox.entry WHERE message::integer % 11 = 0;
        """

    /// Where the view and the entries themselves say different things.
    private static let outboxDifferences = """
        SELECT * FROM (TABLE monitor.outbox
                       EXCEPT SELECT provider, status, delivery_state, count(*) FROM outbox.entry GROUP BY 1, 2, 3) AS a
        UNION ALL
        SELECT * FROM (SELECT provider, status, delivery_state, count(*) FROM outbox.entry GROUP BY 1, 2, 3
                       EXCEPT TABLE monitor.outbox) AS b
        """

    @Test func `entries are counted by state through inserts, updates, removals and folds`() async throws {
        try await withTestDatabase { database in
            for _ in 0..<2 {
                try await database.sql(Self.traffic)
                #expect(try await database.sql(Self.outboxDifferences) == [])
                // One folded row a key then, of those that are not empty; the second round adds to them.
                try await database.sql("SELECT outbox.fold_tally(100000)")
                #expect(try await database.sql("SELECT count(*) FROM outbox.tally WHERE NOT folded") == ["0"])
                #expect(try await database.sql(Self.outboxDifferences) == [])
            }
        }
    }
}
