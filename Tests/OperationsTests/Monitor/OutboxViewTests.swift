import TestSupport
import Testing

@Suite struct OutboxViewTests {
    /// Entries of several hours and destinations; every third failed, every seventh sent, every eleventh is gone again.
    private static let traffic = """
        INSERT INTO outbox.entry
            (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost,
             currency, encoding, provider, created_at)
        SELECT gen_random_uuid(), 'default', 'u', (ARRAY['+4915112345678', '+12025550123', '+35312345678'])[1 + n % 3],
               n::text, 's', 1, 1, 1, 'USD', 'gsm7', 'nxtele', now() - n % 5 * interval '20 h'
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

    private static let deliveryDifferences = """
        WITH counted AS (
            SELECT provider, ops.calling_code(recipient_phone_number) AS destination,
                   date_bin('1 hour', created_at, 'epoch') AS hour, count(*) FILTER (WHERE status = 'sent') AS delivered,
                   count(*) FILTER (WHERE status = 'failed' AND delivery_state <> 'cancelled') AS failed,
                   count(*) FILTER (WHERE status = 'pending') AS open
            FROM outbox.entry WHERE delivery_state <> 'cancelled' GROUP BY 1, 2, 3
        ), shown AS (SELECT provider, destination, hour, delivered, failed, open FROM monitor.delivery)
        (TABLE counted EXCEPT TABLE shown) UNION ALL (TABLE shown EXCEPT TABLE counted)
        """

    @Test func `entries are counted by state, destination and hour through inserts, updates, removals and folds`()
        async throws
    {
        try await withTestDatabase { database in
            for _ in 0..<2 {
                try await database.sql(Self.traffic)
                #expect(try await database.sql(Self.outboxDifferences) == [])
                #expect(try await database.sql(Self.deliveryDifferences) == [])
                // One folded row a key then, of those that are not empty; the second round adds to them.
                try await database.sql("SELECT outbox.fold_tally(100000)")
                #expect(try await database.sql("SELECT count(*) FROM outbox.tally WHERE NOT folded") == ["0"])
                #expect(try await database.sql(Self.outboxDifferences) == [])
                #expect(try await database.sql(Self.deliveryDifferences) == [])
            }
            let rates = try await database.sql(
                "SELECT bool_and(rate = round(delivered::numeric / nullif(delivered + failed, 0), 4)) FROM monitor.delivery"
            )
            #expect(rates == ["t"])
        }
    }

    @Test func `hours past what is kept apart become one, and their entries are still counted when they change`()
        async throws
    {
        try await withTestDatabase { database in
            try await database.sql(Self.traffic)
            try await database.sql("SELECT outbox.fold_tally(100000, '30 hours')")
            let hours = try await database.sql(
                "SELECT count(*), count(*) FILTER (WHERE hour < now() - interval '31 h') FROM monitor.delivery")
            #expect(hours.first?.hasSuffix("|0") == true, "\(hours)")
            #expect(
                try await database.sql(
                    "SELECT DISTINCT destination FROM outbox.tally WHERE hour = '-infinity'") == [""])
            try await database.sql("UPDATE outbox.entry SET status = 'sent', delivery_state = 'delivered'")
            for _ in 0..<2 {
                #expect(try await database.sql(Self.outboxDifferences) == [])
                try await database.sql("SELECT outbox.fold_tally(100000, '30 hours')")
            }
        }
    }

    @Test func `country codes have one, two or three digits`() async throws {
        try await withTestDatabase { database in
            let codes = try await database.sql(
                """
                SELECT ops.calling_code(n) FROM unnest('{+12025550123,+79161234567,+4915112345678,+6281234500001,
                    +35312345678,+8801712345678,+2348012345678,+2712345678}'::text[]) AS n
                """)
            #expect(codes == ["+1", "+7", "+49", "+62", "+353", "+880", "+234", "+27"])
        }
    }
}
