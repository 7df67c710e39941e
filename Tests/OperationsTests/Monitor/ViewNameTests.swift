import TestSupport
import Testing

/// The names of views and columns that programs of others are written against.
@Suite struct ViewNameTests {
    @Test func `every name that the design gives a view or a column of it is one, for the monitoring role`()
        async throws
    {
        let names = [
            "queue": "waiting scheduled leased dead oldest_waiting_seconds",
            "conservation": "source intake_day accepted waiting processed dead discarded difference",
            "spool": "webhooks bytes oldest", "outbox": "provider status delivery_state",
            "delivery": "provider destination hour delivered failed open rate", "latency": "p50 p95 p99",
            "workers": "alive last_heartbeat version claimed", "receipts_overdue": "provider",
            "receipts_unmatched": "provider", "unclear_attempts": "provider", "cost_reconciliation": "day provider",
            "balances": "account balance", "dead_letters": "source reason", "horizon": "pid age dead_rows",
            "clock": "provider", "health": "ok value threshold what_to_do",
        ]
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO ops.process (process_id, seen_at, executable, version, host, pid, started_at, claimed, stopping)
                VALUES (gen_random_uuid(), now(), 'postroom-api', '1', 'h', 1, now(), 0, false);
                """)
            for (view, columns) in names {
                let list = columns.split(separator: " ").joined(separator: ", ")
                await #expect(throws: Never.self, "\(view)") {
                    _ = try await database.sql("SELECT \(list) FROM monitor.\(view)", user: "postroom_monitor")
                }
            }
            #expect(try await database.sql("SELECT last_heartbeat = seen_at FROM monitor.workers") == ["t"])
        }
    }
}
