import TestSupport
import Testing

@Suite struct `The time from accepted to delivered` {
    /// Days of the view, as the monitor reads them.
    private func days(_ bed: CostBed) async throws -> [String] {
        try await bed.fold()
        return try await bed.database.sql(
            """
            SELECT period, source, intake_day = (\(CostBed.noon) AT TIME ZONE 'UTC')::date, webhooks, p50_ms, p95_ms, p99_ms
            FROM monitor.latency WHERE stage = 'accepted_to_delivered'
            """, user: "postroom_monitor")
    }

    /// An entry that was accepted in some slice, and receipts of it so many milliseconds after its attempt was taken.
    private func addEntry(
        _ bed: CostBed, _ number: Int, state: String = "accepted", rank: Int = 3, _ milliseconds: Int...
    ) async throws {
        let seconds = number * 100
        let attempt = CostBed.Attempt(state: state)
        try await bed.addEntry(number, seconds: seconds, attempts: [attempt])
        let id = CostBed.id(number, seconds, attempt)
        // Of an unclear attempt the outcome is known only by the receipt: it was taken when it was handed over.
        try await bed.database.sql(
            """
            UPDATE outbox.attempt
            SET dispatched_at = \(CostBed.noon) - interval '\(state == "accepted" ? 60 : 0) s',
                settled_at = \(CostBed.noon) + interval '\(state == "accepted" ? 0 : 60) s'
            WHERE id = \(id)
            """)
        for wait in milliseconds {
            let key = "gen_random_uuid()"
            try await bed.addReceipt(number, seconds: seconds, of: attempt, key: key, rank: rank)
            try await bed.database.sql(
                """
                UPDATE outbox.receipt SET received_at = \(CostBed.noon) + interval '\(wait) ms'
                WHERE attempt_id = \(id) AND received_at > now() - interval '1 h'
                """)
        }
    }

    @Test func `is that of each attempt's first receipt of delivery by our clock, as a histogram of each day`()
        async throws
    {
        try await withCostBed { bed in
            // Bounds are powers of two, and in the bucket: 4096 ms is, one more is not.
            for number in 1...9 { try await addEntry(bed, number, 4096) }
            for number in 10...18 { try await addEntry(bed, number, 90_000, 4097) }
            #expect(try await days(bed) == ["intake_day|nxtele|t|18|4096|8192|8192"])
            // Neither a failure nor what has no receipt is a delivery; an unclear attempt that was delivered is one.
            try await addEntry(bed, 19, rank: 2, 1000)
            try await addEntry(bed, 20)
            try await addEntry(bed, 21, state: "unclear", 2_100_000)
            // A receipt that was faster than the answer took no time; one of a week is beyond the last bound.
            try await addEntry(bed, 22, -500)
            try await addEntry(bed, 23, 7 * 86_400_000)
            try await bed.database.sql(
                """
                INSERT INTO billing.cost_touch (slice)
                SELECT s.slice FROM billing.cost_slice_state AS s WHERE s.computed_at < 'infinity'
                """)
            #expect(try await days(bed) == ["intake_day|nxtele|t|21|8192|4194304|268435456"])
            #expect(
                try await bed.database.sql(
                    """
                    SELECT bound_ms, sum(messages) FROM outbox.delivery_time_slice GROUP BY 1
                    EXCEPT SELECT bound_ms, messages FROM outbox.delivery_time_day
                    """) == [])
            #expect(
                try await bed.database.sql(
                    "SELECT bound_ms, messages FROM outbox.delivery_time_day ORDER BY bound_ms")
                    == ["1|1", "4096|9", "8192|9", "4194304|1", "268435456|1"])
        }
    }

    @Test func `of the last hour stands beside the days, and of older slices nothing`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO outbox.delivery_time_slice (slice, provider, bound_ms, messages)
                SELECT now() - s.age, 'nxtele', s.bound, s.count
                FROM (VALUES (interval '20 min', 1024, 60), ('30 min', 1024, 34), ('30 min', 65536, 5), ('40 min', 131072, 1),
                             ('3 h', 16777216, 1000)) AS s (age, bound, count)
                """)
            #expect(
                try await database.sql(
                    "SELECT stage, period, source, intake_day, webhooks, p50_ms, p95_ms, p99_ms FROM monitor.latency",
                    user: "postroom_monitor") == ["accepted_to_delivered|last_hour|nxtele||100|1024|65536|65536"])
        }
    }
}
