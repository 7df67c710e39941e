import TestSupport
import Testing

@Suite struct BalancesViewTests {
    @Test func `every account has its last balance, also one whose balance never changed`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO billing.account (name, kind, currency) VALUES ('a', 'prepaid', 'EUR'), ('b', 'postpaid', 'CHF');
                INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, created_at) VALUES
                    ('a', 1, 'topup', 10.5, 10.5, '2026-01-01Z'), ('a', 2, 'adjustment', -0.25, 10.25, '2026-01-03Z'),
                    ('b', 1, 'adjustment', -7, -7, '2026-01-02Z'), ('a', 3, 'topup', 1, 11.25, '2026-01-02Z')
                """)
            #expect(
                try await MonitorFixtures(database: database).view(
                    """
                    SELECT account, kind, currency, balance, (changed_at AT TIME ZONE 'UTC')::date FROM monitor.balances
                    ORDER BY account
                    """) == [
                        "a|prepaid|EUR|11.25|2026-01-02", "b|postpaid|CHF|-7|2026-01-02", "default|postpaid|USD|0|",
                    ])
        }
    }

    @Test func `a long ledger is not read: one row of it for each account`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO billing.account (name, kind, currency) SELECT 'a' || n, 'prepaid', 'USD'
                FROM generate_series(1, 20) AS n;
                INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after)
                SELECT 'a' || n, seq, 'topup', 1, seq
                FROM generate_series(1, 20) AS n, generate_series(1, 2000) AS seq
                """)
            try await database.sql("VACUUM ANALYZE billing.ledger_entry, billing.account")
            let plan = try await database.sql(
                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM monitor.balances")
            let reading = plan.filter { $0.contains("ledger_entry") }
            #expect(reading.count == 1, "\(plan)")
            // Rows a loop: rounded up to PostgreSQL 17, with decimals from 18 on.
            let onePerAccount = /Index Scan Backward using ledger_entry_pkey .*\(actual rows=[01](\.[0-9]+)? loops=21\)/
            #expect(reading.first?.contains(onePerAccount) == true, "\(plan)")
        }
    }
}
