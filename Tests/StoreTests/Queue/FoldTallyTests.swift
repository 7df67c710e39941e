import Store
import TestSupport
import Testing

/// The counts that conservation and latency are read from, as maintenance adds them up.
@Suite struct `The fold of counts` {
    /// Counts that are old enough: of two days, of every kind, some below zero; those of `processed` with latencies, those
    /// of `replayed` with some only the second time.
    private static func traffic(round: Int) -> String {
        """
        INSERT INTO queue.tally (source, intake_day, kind, count, latency_buckets, recorded_at)
        SELECT CASE n % 3 WHEN 0 THEN 'nxtele-receipt' ELSE 'onoff-sms' END, date '2026-01-01' + n % 2, k.kind,
               CASE WHEN k.kind = 'dead' AND n % 5 = 0 THEN -n ELSE n END,
               CASE WHEN k.kind = 'processed' AND n % 4 <> 0 OR k.kind = 'replayed' AND \(round) > 1
                    THEN ARRAY(SELECT (n * 31 + b * b * 7 + \(round)) % 11 FROM generate_series(1, 22) AS b) END,
               now() - interval '80 s'
        FROM generate_series(1, 40) AS n
        CROSS JOIN (VALUES ('accepted'), ('processed'), ('dead'), ('discarded'), ('replayed'), ('duplicate'), ('conflict'))
            AS k (kind);
        """
    }

    /// What each key comes to, and how many of its latencies are in each bucket.
    private static let sums = """
        SELECT t.source, t.intake_day, t.kind, sum(t.count), (
            SELECT array_agg(b.sum ORDER BY b.place) FROM (
                SELECT b.place, sum(b.count) AS sum
                FROM queue.tally AS o CROSS JOIN LATERAL unnest(o.latency_buckets) WITH ORDINALITY AS b (count, place)
                WHERE (o.source, o.intake_day, o.kind) = (t.source, t.intake_day, t.kind) GROUP BY b.place) AS b)
        FROM queue.tally AS t GROUP BY t.source, t.intake_day, t.kind ORDER BY 1, 2, 3
        """

    private static let unfolded = "SELECT count(*) FROM queue.tally WHERE NOT folded"

    @Test func `leaves every sum as it was, of counts and of latencies, in one row a source, day and kind`()
        async throws
    {
        try await withTestDatabase { database in
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            for round in 1...2 {
                try await database.sql(Self.traffic(round: round))
                let before = try await database.sql(Self.sums)
                #expect(before.count == 28)
                #expect(try await worker.run(FoldTally(rowsMax: 100)) == 100)
                #expect(try await database.sql(Self.unfolded) == ["180"])
                #expect(try await database.sql(Self.sums) == before, "round \(round), in part")
                #expect(try await worker.run(FoldTally(rowsMax: 1_000)) == 180)
                #expect(try await worker.run(FoldTally(rowsMax: 1_000)) == 0)
                #expect(try await database.sql(Self.sums) == before, "round \(round)")
                #expect(try await database.sql("SELECT count(*), bool_and(folded) FROM queue.tally") == ["28|t"])
            }
            await worker.close()
        }
    }

    @Test func `leaves the counts of the last minute, which rates are read from`() async throws {
        try await withTestDatabase { database in
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            try await database.sql(
                """
                INSERT INTO queue.tally (source, intake_day, kind, count, recorded_at)
                SELECT 'onoff-sms', date '2026-01-01', 'accepted', 1, now() - age * interval '1 s'
                FROM unnest('{0,30,61,76,3600}'::integer[]) AS age
                """)
            #expect(try await worker.run(FoldTally(rowsMax: 10)) == 2)
            #expect(try await database.sql(Self.unfolded) == ["3"])
            let rates = "SELECT waiting, in_per_minute FROM monitor.queue WHERE name = 'webhook'"
            #expect(try await database.sql(rates) == ["5|2"])
            await worker.close()
        }
    }
}
