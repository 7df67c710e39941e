import TestSupport
import Testing

@Suite struct CostViewTests {
    @Test func `the views of money, delivery and clocks read small tables and nothing that grows with traffic`()
        async throws
    {
        try await withTestDatabase { database in
            for (view, tables) in [
                ("cost_reconciliation", ["cost_day"]), ("delivery", ["delivery_hour"]),
                ("clock", ["provider", "provider_clock"]), ("cdr", ["cdr_day"]),
            ] {
                let plan = try await database.sql("EXPLAIN (COSTS OFF) SELECT * FROM monitor.\(view)")
                let read = plan.compactMap { line in line.firstMatch(of: /\son ([a-z_]+)/).map { String($0.1) } }
                #expect(Set(read.filter { !$0.contains("_pkey") }) == Set(tables), "\(plan)")
            }
        }
    }

    @Test func `delivery has a rate of what is decided, and what the sweep has saved`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO outbox.delivery_hour (hour, provider, destination, entries, delivered, failed, open,
                                                  receipts_expected, receipts_by_webhook, receipts_by_query)
                VALUES (date_trunc('hour', now()), 'nxtele', '49', 10, 6, 2, 1, 9, 5, 3),
                       (date_trunc('hour', now()), 'nxtele', '62', 1, 0, 0, 1, 0, 0, 0),
                       (now() - interval '8 days', 'nxtele', '49', 10, 6, 2, 1, 9, 5, 3)
                """)
            #expect(
                try await MonitorFixtures(database: database).view(
                    """
                    SELECT destination, delivered, failed, open, rate, receipts_expected, receipts_received,
                           receipts_missing, receipts_by_webhook, receipts_by_query
                    FROM monitor.delivery ORDER BY destination
                    """) == ["49|6|2|1|0.7500|9|8|1|5|3", "62|0|0|1||0|0|0|0|0"])
        }
    }
}
