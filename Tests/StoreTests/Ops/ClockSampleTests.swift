import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@Suite struct `A provider's clock` {
    /// Attempts of so many minutes ago, and receipts of them so many minutes after their hand-over.
    private static let load = """
        CREATE TEMP TABLE given AS
        SELECT row_number() OVER () AS n, g.age, g.delay,
               (left(ops.time_lowest_id(now() - g.age)::text, 18) || '-8000-' || lpad(row_number() OVER ()::text, 12, '0'))::uuid
                   AS id
        FROM (VALUES (interval '5 min', interval '1 min'), ('5 min', '4 min'), ('1 min', '0'), ('20 h', '9 min'),
                     ('20 h', '11 min'), ('20 h', '3 h'), ('25 h', '1 min')) AS g (age, delay);
        INSERT INTO outbox.entry
            (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost,
             currency, encoding, provider, status, delivery_state, created_at)
        SELECT g.id, 'default', 'u', '+4915112345678', 'm', 's', 1, 1, 1, 'USD', 'gsm7', 'nxtele', 'sent', 'delivered', now() - g.age
        FROM given AS g;
        INSERT INTO outbox.attempt
            (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, prepared_at,
             dispatched_at, settled_at)
        SELECT g.id, g.id, 0, 1, 'nxtele', '+4915112345678', 'accepted', g.id::text, now() - g.age, now() - g.age, now() - g.age
        FROM given AS g;
        INSERT INTO outbox.receipt
            (id, provider, source, account, received_at, message_id, phone, status, result, reported_time, submitted_time, ext,
             content_hash, rank, attempt_id, entry_id, matched_at)
        SELECT g.id, 'nxtele', 'webhook', 'default', now() - g.age + g.delay, g.id::text, '4915112345678', '2', '',
               '2026-11-21 10:01:0' || g.n, '', '', 1, 3, g.id, g.id, now()
        FROM given AS g
        """

    /// Of one message many receipts, each of which says a time of its own.
    private static let loud = """
        INSERT INTO outbox.receipt
            (id, provider, source, account, received_at, message_id, phone, status, result, reported_time, submitted_time, ext,
             content_hash, rank, attempt_id, entry_id, matched_at)
        SELECT gen_random_uuid(), r.provider, r.source, r.account, r.received_at + interval '1 s', r.message_id, r.phone,
               'x' || i, r.result, '2026-11-21 17:01:07', r.submitted_time, r.ext, r.content_hash, r.rank, r.attempt_id,
               r.entry_id, r.matched_at
        FROM outbox.receipt AS r CROSS JOIN generate_series(1, 50) AS i
        WHERE r.reported_time = '2026-11-21 10:01:01'
        """

    @Test
    func
        `is read from receipts of a day that came within ten minutes, one of each send, the last two minutes' left out`()
        async throws
    {
        try await withTestDatabase { database in
            try await database.sql(Self.load)
            try await database.sql(Self.loud)
            let session = Session(database.url(user: "postroom_webhook_worker"))
            let samples = try await session.run(ReadClockSamples(provider: "nxtele"))
            await session.close()
            #expect(samples.map { $0.reported.microseconds / 1_000_000 % 60 }.sorted() == [1, 2, 4])
        }
    }
}
