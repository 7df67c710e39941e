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

    @Test func `costs are of 62 days, and differ by a number only where nothing is to be converted`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO billing.cost_day
                    (day, provider, destination, sender, currency, provider_currency, sends, units, provider_units, charged,
                     provider_charged, provider_charged_cny, provider_charged_here, segments_differ, prices_differ,
                     currencies_differ, charged_more, duplicate_charges, without_receipt, without_price,
                     receipts_without_entry)
                SELECT (now() AT TIME ZONE 'UTC')::date - one.age, 'nxtele', '49', 's', one.ours, one.theirs, 1, 1, 1, 0.50,
                       0.30, 0, 0.30, 0, 0, one.differ, 0, 0, 0, 0, 0
                FROM (VALUES (0, 'USD', 'EUR', 1), (1, '', 'USD', 0), (2, 'USD', '', 0), (61, 'USD', 'USD', 0),
                             (62, 'USD', 'USD', 0)) AS one (age, ours, theirs, differ)
                """)
            #expect(
                try await MonitorFixtures(database: database).view(
                    """
                    SELECT (now() AT TIME ZONE 'UTC')::date - day, currency, provider_currency, charged, difference
                    FROM monitor.cost_reconciliation ORDER BY day DESC
                    """) == ["0|USD|EUR|0.50|", "1||USD|0.50|", "2|USD||0.50|0.2", "61|USD|USD|0.50|0.2"])
        }
    }
}
