import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@Suite struct `Scheduled entries in reports` {
    /// Slices with what they count, in minutes after noon.
    private static let slices = """
        SELECT extract(epoch FROM s.slice - \(CostBed.noon))::integer / 60, sum(s.entries), sum(s.sends), sum(s.units)
        FROM billing.cost_slice AS s GROUP BY s.slice ORDER BY s.slice
        """

    /// Sets when the rule began to hold: before any entry unless told otherwise.
    private func begin(_ bed: CostBed, _ at: String = "'2000-01-01'") async throws {
        try await bed.database.sql("UPDATE ops.migration SET applied_at = \(at) WHERE number = 30")
    }

    @Test func `count where they were to be sent, and nowhere else`() async throws {
        try await withCostBed { bed in
            try await begin(bed)
            // Hours before, in a slice before, 40 days before; for later in the same slice; and one for the next day.
            try await bed.addEntry(1, seconds: -3 * 3600, scheduled: 700)
            try await bed.addEntry(2, seconds: 10, scheduled: 1500)
            try await bed.addEntry(3, seconds: -40 * 86_400, scheduled: 1199)
            try await bed.addEntry(4, seconds: 20, scheduled: 599)
            try await bed.addEntry(
                5, seconds: 30, status: "pending", state: "scheduled", scheduled: 86_400, attempts: [])
            // And for a time that was over when they were accepted, of this slice and of one before.
            try await bed.addEntry(6, seconds: 1300, scheduled: 1210)
            try await bed.addEntry(7, seconds: 1300, scheduled: 650)
            for (number, seconds) in [(1, -3 * 3600), (3, -40 * 86_400), (4, 20)] {
                try await bed.addReceipt(number, seconds: seconds)
            }
            try await bed.fold()
            #expect(try await bed.database.sql(Self.slices) == ["0|1|1|1", "10|2|2|2", "20|3|3|3"])
            #expect(
                try await bed.database.sql(
                    """
                    SELECT extract(epoch FROM slice - \(CostBed.noon))::integer / 60, sum(messages)
                    FROM outbox.delivery_time_slice GROUP BY slice ORDER BY slice
                    """) == ["0|1", "10|2"])
            // With all that is known of each: charge and receipt stand beside each other.
            #expect(
                try await bed.database.sql(
                    """
                    SELECT sum(sends), sum(without_receipt), trim_scale(sum(charged)), trim_scale(sum(provider_charged))
                    FROM billing.cost_day
                    """) == ["6|3|0.3|0.15"])
        }
    }

    @Test func `accepted under the former rule stay where they were counted, once`() async throws {
        try await withCostBed { bed in
            try await begin(bed, "\(CostBed.noon) + interval '5 min'")
            try await bed.addEntry(1, seconds: 10, scheduled: 700)
            try await bed.addEntry(2, seconds: 310, scheduled: 700)
            try await bed.fold()
            #expect(try await bed.database.sql(Self.slices) == ["0|1|1|1", "10|1|1|1"])
        }
    }

    @Test func `are noted by late evidence where they are counted`() async throws {
        try await withCostBed { bed in
            try await begin(bed)
            let wait = CostBed.Attempt(state: "dispatched")
            try await bed.addEntry(
                1, seconds: -3 * 3600, status: "pending", state: "dispatched", scheduled: 700, attempts: [wait])
            try await bed.fold()
            #expect(try await bed.database.sql(Self.slices) == ["10|1|0|0"])
            try await bed.addReceipt(1, seconds: -3 * 3600, of: wait)
            let row = try await bed.database.sql("SELECT \(CostBed.id(1, -3 * 3600))")
            let entry = try #require(row.first.flatMap { EntryID($0) })
            let pool = ConnectionPool(
                ConnectionConfiguration(connectionString: bed.database.url(user: "postgres")), capacity: 1)
            try await pool.withConnection(timeout: .seconds(60)) { connection, deadline in
                _ = try connection.transaction(deadline: deadline) { connection in
                    try RefreshEntries.run([entry], timeZone: "UTC", on: connection, deadline: deadline)
                }
            }
            await pool.close()
            try await bed.fold()
            #expect(try await bed.database.sql(Self.slices) == ["10|1|1|1"])
        }
    }

    @Test func `are not charged while they wait, nor is anything that waits or is unclear`() async throws {
        try await withCostBed { bed in
            try await bed.addEntry(1, status: "pending", state: "queued", attempts: [])
            try await bed.addEntry(
                2, status: "pending", state: "unclear", attempts: [CostBed.Attempt(state: "unclear")])
            try await bed.fold()
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.cost_day") == ["0"])
            #expect(try await bed.database.sql("SELECT sum(open) FROM outbox.delivery_hour") == ["2"])
            // One that the provider took is, also while its receipt is to come; of a resend that waits, what was before.
            try await bed.addEntry(3, seconds: 1, status: "pending", state: "accepted")
            try await bed.addEntry(
                4, seconds: 2, owed: 3, status: "pending", state: "queued",
                attempts: [CostBed.Attempt(), CostBed.Attempt(cycle: 1, state: "prepared")])
            try await bed.database.sql("INSERT INTO billing.cost_touch (slice) VALUES (\(CostBed.noon))")
            try await bed.fold()
            #expect(
                try await bed.database.sql(
                    "SELECT sum(sends), sum(units), trim_scale(sum(charged)) FROM billing.cost_day")
                    == ["2|2|0.1"])
        }
    }

    /// Entries of the slice among very many others, scheduled and not, accepted before and after; what a look at it reads.
    @Test(arguments: [false, true])
    func `are found without a look at the others`(isAnalyzed: Bool) async throws {
        try await withCostBed { bed in
            try await begin(bed)
            try await bed.database.sql(
                """
                INSERT INTO outbox.entry
                    (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                     total_cost, currency, encoding, provider, status, delivery_state, created_at, scheduled_at)
                SELECT (left(ops.time_lowest_id(n.at)::text, 13) || '-7000-8000-' || lpad(to_hex(n.n), 12, '0'))::uuid,
                       'default', 'u', '+49151', 'm', 's', 1, 0.05, 0.05, 'USD', 'gsm7', 'nxtele', 'sent', 'delivered', n.at,
                       CASE WHEN n.n % 2 = 0 THEN n.at + interval '1 s' * (n.n * 7919 % 200000) END
                FROM (SELECT n, \(CostBed.noon) - interval '1 s' * (n * 104729 % 200000) + interval '100000 s' AS at
                      FROM generate_series(1, 40000::bigint) AS n) AS n;
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                                            prepared_at, dispatched_at, settled_at)
                SELECT e.id, e.id, 0, 1, 'nxtele', '+49151', 'accepted', now(), now(), now() FROM outbox.entry AS e;
                \(isAnalyzed ? "ANALYZE" : "")
                """)
            let count = try await bed.database.sql(
                """
                SELECT count(*) FROM outbox.entry AS e
                WHERE greatest(e.created_at, e.scheduled_at) >= \(CostBed.noon)
                  AND greatest(e.created_at, e.scheduled_at) < \(CostBed.noon) + interval '10 min'
                """)
            let read = try await bed.database.sql(
                """
                SET max_parallel_workers_per_gather = 0;
                SELECT sum(c.entries), sum(c.sends) FROM billing.compute_slice(\(CostBed.noon)) AS c;
                SELECT outbox.sum_delivery_times(\(CostBed.noon));
                SELECT sum(pg_stat_get_xact_numscans(t.oid)),
                       sum((SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid))
                            FROM pg_index AS i WHERE i.indrelid = t.oid)) < 2000
                FROM pg_class AS t WHERE t.oid IN ('outbox.entry'::regclass, 'outbox.attempt'::regclass)
                """)
            let expected = try #require(count.first)
            #expect(expected != "0" && read.filter { !$0.isEmpty } == ["\(expected)|\(expected)", "0|t"], "\(read)")
        }
    }
}
