import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@Suite struct `Old entries` {
    private static let retention = Duration.seconds(90 * 86_400)

    /// Adds an entry by the ages of what it goes by, in days; `-` is NULL.
    private func add(
        _ number: Int, created: Int, scheduled: Int? = nil, attempted: Int? = nil, status: String = "sent",
        _ database: TestDatabase
    ) async throws {
        func ago(_ days: Int?) -> String { days.map { "now() - interval '\($0) days'" } ?? "NULL" }
        try await database.sql(
            """
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, message_id, sms_units_used, cost_per_unit,
                 total_cost, currency, encoding, provider, status, created_at, scheduled_at, last_attempt_at)
            SELECT (left(ops.time_lowest_id(\(ago(created)))::text, 24) || lpad('\(number)', 12, '0'))::uuid, 'default', 'u',
                   '+4915112345678', 'm', 's', '\(number)', 1, 1, 1, 'USD', 'gsm7', 'nxtele', '\(status)', \(ago(created)),
                   \(ago(scheduled)), \(ago(attempted))
            """)
    }

    @Test func `go by the last of creation, scheduled time and attempt, and those that are kept hide none`()
        async throws
    {
        try await withTestDatabase { database in
            // Kept: scheduled 100 days ahead, resent, still to be sent. They stand before the others in the index.
            try await add(1, created: 101, scheduled: 1, attempted: 1, database)
            try await add(2, created: 110, attempted: 80, database)
            try await add(3, created: 300, scheduled: 80, status: "failed", database)
            try await add(4, created: 200, scheduled: -10, status: "pending", database)
            try await add(5, created: 89, attempted: 89, database)
            // To go: of each kind one, past pages of the others.
            try await add(6, created: 100, attempted: 100, database)
            try await add(7, created: 99, scheduled: 92, attempted: 91, database)
            try await add(8, created: 98, status: "failed", database)
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            let kept = "SELECT message_id FROM outbox.entry ORDER BY message_id"
            #expect(try await worker.run(PruneOutbox(retention: Self.retention, now: Inbox.now, rowsMax: 2)) == 2)
            #expect(try await database.sql(kept) == ["1", "2", "3", "4", "5", "8"])
            #expect(try await worker.run(PruneOutbox(retention: Self.retention, now: Inbox.now, rowsMax: 2)) == 1)
            #expect(try await worker.run(PruneOutbox(retention: Self.retention, now: Inbox.now, rowsMax: 2)) == 0)
            #expect(try await database.sql(kept) == ["1", "2", "3", "4", "5"])
            // Days later they are as old as the others were.
            try await database.sql("UPDATE outbox.entry SET scheduled_at = scheduled_at - interval '100 days'")
            #expect(try await worker.run(PruneOutbox(retention: Self.retention, now: Inbox.now, rowsMax: 2)) == 1)
            #expect(try await database.sql(kept) == ["1", "2", "4", "5"])
            await worker.close()
        }
    }

    @Test func `of days that are still reported stay while somebody computes these`() async throws {
        try await withTestDatabase { database in
            try await add(1, created: 3, attempted: 3, database)
            try await add(2, created: 100, attempted: 100, database)
            let reports = Session(database.url)
            try await reports.script("SELECT pg_advisory_lock(hashtextextended('postroom billing cost', 0))")
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            func prune(_ days: Int) async throws -> Int64 {
                try await Int64(
                    worker.run(PruneOutbox(retention: .seconds(days * 86_400), now: Inbox.now, rowsMax: 10)))
            }
            // Of the older one no report is computed any more.
            #expect(try await prune(2) == 0)
            #expect(try await prune(90) == 1)
            await reports.close()
            try await eventually("the other goes") { try await prune(2) == 1 }
            #expect(try await database.sql("SELECT count(*) FROM outbox.entry") == ["0"])
            await worker.close()
        }
    }

    @Test func `take parked receipts of their age along, and leave those of a message that stays`() async throws {
        try await withTestDatabase { database in
            try await add(1, created: 101, attempted: 1, database)
            try await database.sql(
                """
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                    reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
                SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', now() - r.age * interval '1 day', r.name, '49', '2', '',
                       '', '', '', 0, 3, e.id, e.id, CASE WHEN e.id IS NOT NULL THEN now() END
                FROM (VALUES ('of the message', 100, true), ('parked long ago', 91, false), ('parked', 89, false))
                    AS r (name, age, matched)
                LEFT JOIN outbox.entry AS e ON r.matched
                """)
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            _ = try await worker.run(prune)
            await worker.close()
            #expect(
                try await database.sql("SELECT message_id FROM outbox.receipt ORDER BY message_id")
                    == ["of the message", "parked"])
        }
    }

    @Test func `stay where the retention is under a day, which is a slip of the hand`() async throws {
        try await withTestDatabase { database in
            try await add(1, created: 3, database)
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            let hour = PruneOutbox(retention: .seconds(3_600), now: Inbox.now, rowsMax: 9)
            #expect(try await worker.run(hour) == 0)
            await worker.close()
            #expect(try await database.sql("SELECT count(*) FROM outbox.entry") == ["1"])
        }
    }

    /// What a worker does that has found the attempt of a receipt.
    private let storing = """
        INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
            reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
        SELECT gen_random_uuid(), 'nxtele', 'query', 'default', now(), 'm', '4915112345678', '2', '', '', '', '', 0, 3,
               gen_random_uuid(), e.id, now()
        FROM outbox.entry AS e
        """
    private let prune = PruneOutbox(retention: retention, now: Inbox.now, rowsMax: 9)

    @Test func `do not leave a receipt that was stored before they went and not committed`() async throws {
        try await withTestDatabase { database in
            try await add(1, created: 100, database)
            let entry = try #require(EntryID(try await database.sql("SELECT id FROM outbox.entry")[0]))
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            let other = Session(database.url(user: "postroom_webhook_worker"))
            try await worker.script("BEGIN; \(storing)")
            #expect(try await other.run(prune) == 1)
            let changes = try await worker.perform { connection, deadline in
                try RefreshEntries.run([entry], timeZone: "UTC", on: connection, deadline: deadline)
            }
            #expect(changes.isEmpty)
            try await worker.script("COMMIT")
            // A receipt of no message, as if it had come a moment later: it goes by its own age.
            #expect(
                try await database.sql("SELECT attempt_id, entry_id, matched_at FROM outbox.receipt") == ["||"])
            _ = try await other.run(prune)
            #expect(try await database.sql("SELECT count(*) FROM outbox.receipt") == ["1"])
            try await database.sql("UPDATE outbox.receipt SET received_at = received_at - interval '91 days'")
            _ = try await other.run(prune)
            #expect(try await database.sql("SELECT count(*) FROM outbox.receipt") == ["0"])
            await worker.close()
            await other.close()
        }
    }

    @Test func `do not leave a receipt that was committed while they were looked for`() async throws {
        try await withTestDatabase { database in
            try await add(1, created: 100, database)
            // The prune has begun to look when it asks for the bound of its ids, and goes on when the gate is open.
            let bound = try await database.sql("SELECT ops.day_lowest_id((now() - interval '80 days')::date)")[0]
            try await database.sql(
                """
                CREATE OR REPLACE FUNCTION ops.day_lowest_id(day date) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
                BEGIN
                    -- However long: the prune itself waits for no lock.
                    PERFORM set_config('lock_timeout', '0', true);
                    PERFORM pg_advisory_xact_lock_shared(1);
                    PERFORM set_config('lock_timeout', '50ms', true);
                    RETURN '\(bound)'::uuid;
                END $$
                """)
            let gate = Session(database.url)
            try await gate.script("DO $$ BEGIN PERFORM pg_advisory_lock(1); END $$")
            let other = Session(database.url(user: "postroom_webhook_worker"))
            async let pruned = other.run(prune)
            try await eventually("the prune looks for entries") {
                try await database.sql(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'advisory'
                    """) == ["1"]
            }
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            try await worker.script("BEGIN; \(storing); UPDATE outbox.entry SET revision = revision + 1; COMMIT")
            #expect(try await database.sql("SELECT count(*) FROM outbox.receipt WHERE entry_id IS NOT NULL") == ["1"])
            await gate.close()
            #expect(try await pruned == 1)
            #expect(try await database.sql("SELECT count(*) FROM outbox.receipt") == ["0"])
            await worker.close()
            await other.close()
        }
    }

    @Test func `leave the reports of their days as these were computed`() async throws {
        try await withTestDatabase { database in
            try await add(1, created: 3, database)
            try await add(2, created: 3, status: "pending", database)
            try await add(3, created: 40, database)
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            #expect(try await worker.run(PruneOutbox(retention: .seconds(2 * 86_400), now: Inbox.now, rowsMax: 9)) == 2)
            #expect(
                try await database.sql(
                    """
                    SELECT c.computed_at, c.slice = date_bin('10 minutes', e.created_at, '2000-01-01Z')
                    FROM billing.cost_slice_state AS c, outbox.entry AS e
                    """) == ["infinity|t"])
            await worker.close()
        }
    }

    @Test func `leave the reports of the days for which they were scheduled as these were computed`() async throws {
        try await withTestDatabase { database in
            try await add(1, created: 9, scheduled: 3, database)
            let kept = "SELECT date_bin('10 minutes', scheduled_at, '2000-01-01Z') FROM outbox.entry"
            let slice = try await database.sql(kept)
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            #expect(try await worker.run(PruneOutbox(retention: .seconds(2 * 86_400), now: Inbox.now, rowsMax: 9)) == 1)
            #expect(
                try await database.sql("SELECT max(slice) FROM billing.cost_slice_state WHERE computed_at = 'infinity'")
                    == slice)
            await worker.close()
        }
    }
}
