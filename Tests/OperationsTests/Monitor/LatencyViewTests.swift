import TestSupport
import Testing

/// Of the stage from accepted to delivered how it is counted is tested with the fold of costs (DeliveryTimeTests).
@Suite struct LatencyViewTests {
    @Test func `a percentile is the bound that so many per cent did not pass`() async throws {
        try await withTestDatabase { database in
            // The first bucket is of 1 ms. What is folded is of no minute; of the day is all.
            try await database.sql(
                """
                INSERT INTO queue.tally (source, intake_day, kind, count, latency_buckets, recorded_at, folded)
                SELECT t.source, '2026-11-21', 'processed', 1, t.buckets::bigint[], now() - t.age * interval '1 s', t.folded
                FROM (VALUES ('onoff-sms', '{50,45,4,1}', 0, true), ('nxtele-receipt', '{0,0,2}', 30, false),
                             ('nxtele-receipt', '{0,0,0,0,0,1}', 90, false),
                             ('nxtele-inbound', NULL, 0, false)) AS t (source, buckets, age, folded)
                """)
            #expect(
                try await MonitorFixtures(database: database).view(
                    """
                    SELECT source, period, intake_day, webhooks, p50_ms, p95_ms, p99_ms, p99 = p99_ms * interval '1 ms'
                    FROM monitor.latency WHERE stage = 'received_to_applied' ORDER BY source, period
                    """) == [
                        "nxtele-receipt|intake_day|2026-11-21|3|4|32|32|t", "nxtele-receipt|last_minute||2|4|4|4|t",
                        "onoff-sms|intake_day|2026-11-21|100|1|2|4|t",
                    ])
        }
    }

    @Test func `the last hour is of what began ten minutes more ago, as that is when it is counted first`() async throws
    {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO outbox.delivery_time_slice (slice, provider, bound_ms, messages)
                VALUES (now() - interval '12 min', 'nxtele', 1024, 3), (now() - interval '65 min', 'nxtele', 4096, 1),
                       (now() - interval '75 min', 'nxtele', 8192, 50)
                """)
            #expect(
                try await MonitorFixtures(database: database).view(
                    "SELECT stage, period, source, webhooks, p50_ms, p95_ms, p99_ms FROM monitor.latency")
                    == ["accepted_to_delivered|last_hour|nxtele|4|1024|4096|4096"])
        }
    }
}
