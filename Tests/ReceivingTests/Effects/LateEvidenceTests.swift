import Domain
import PostgresClient
import Runtime
import Store
import TestSupport
import Testing

@testable import Receiving

@Suite struct `Evidence about what was reported long ago is reported, too` {
    /// Five hours ago.
    private static let accepted = Timestamp.now - .seconds(5 * 3_600)
    private static let entry = EntryID(at: accepted, random: (1, 1))
    private static let attempt = AttemptID(at: accepted, random: (2, 2))

    /// Folds everything that is due at one moment, as the worker that does it.
    private func fold(_ bed: Bed) async throws {
        try await bed.database.sql(
            """
            INSERT INTO billing.cost_slice_state (slice, computed_at)
            SELECT s, 'infinity'::timestamptz
            FROM generate_series(date_bin('10 min', now(), '2000-01-01Z') - interval '37 days', now() - interval '8 h', '10 min')
                AS s
            ON CONFLICT DO NOTHING
            """)
        try await bed.database.sql(
            """
            WITH RECURSIVE folded (n, slice) AS (
                SELECT 0, 'infinity'::timestamptz
                UNION ALL
                SELECT f.n + 1, billing.fold_slice('1 microsecond', now()) FROM folded AS f
                WHERE f.slice IS NOT NULL AND f.n < 200
            )
            SELECT max(n) FROM folded
            """)
    }

    private func totals(_ bed: Bed) async throws -> [String] {
        try await bed.database.sql(
            """
            SELECT sum(sends), sum(without_receipt), sum(provider_charged), sum(receipts_without_entry),
                   (SELECT receipts_by_webhook FROM outbox.delivery_hour WHERE entries > 0)
            FROM billing.cost_day
            """)
    }

    @Test func `a receipt of a message of this morning, once more folded`() async throws {
        try await withBed { bed in
            try await bed.addEntries([(Self.entry, Self.attempt, nil)])
            try await fold(bed)
            #expect(try await totals(bed) == ["1|1|0|0|0"])
            try await bed.store([Reported(messageID: Self.attempt.description).webhook(second: 3_500, random: 1)])
            try await bed.batch()
            #expect(
                try await bed.database.sql(
                    "SELECT slice <= to_timestamp(\(Self.accepted.microseconds / 1_000_000)) "
                        + "FROM billing.cost_touch") == ["t"])
            try await fold(bed)
            #expect(try await totals(bed) == ["1|0|0.045|0|1"])
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.cost_touch") == ["0"])
        }
    }

    @Test func `a parked receipt of then counts as nobody's until its attempt is there`() async throws {
        try await withBed { bed in
            try await fold(bed)
            // Taken in over three hours ago, by a spool that is drained only now.
            try await bed.store(
                [Reported(messageID: Self.attempt.description).webhook(second: -3 * 3_600, random: 1)])
            try await bed.batch()
            try await fold(bed)
            #expect(try await totals(bed) == ["0|0|0.045|1|"])
            try await bed.addEntries([(Self.entry, Self.attempt, nil)])
            #expect(try await bed.sweep() == 1)
            try await fold(bed)
            #expect(try await totals(bed) == ["1|0|0.045|0|1"])
        }
    }

    @Test func `a young message's receipt costs no note`() async throws {
        try await withBed { bed in
            let now = Timestamp.now
            let attempt = AttemptID(at: now, random: (2, 2))
            try await bed.addEntries([(EntryID(at: now, random: (1, 1)), attempt, nil)])
            try await bed.store([Reported(messageID: attempt.description).webhook(second: 3_590, random: 1)])
            try await bed.batch()
            #expect(
                try await bed.database.sql("SELECT count(*) FROM outbox.receipt WHERE entry_id IS NOT NULL") == ["1"])
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.cost_touch") == ["0"])
        }
    }
}
