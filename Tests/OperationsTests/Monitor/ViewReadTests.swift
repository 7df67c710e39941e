import TestSupport
import Testing

/// What a view reads does not grow with traffic: that is why each answers in under 100 ms with 100 million webhooks behind
/// it.
@Suite struct ViewReadTests {
    /// More than any view needs of tables in which so few rows are open, and far less than any of them holds.
    private static let rowsMax = 10 * GrownTables.openRows

    @Test func `no view reads a table that grows with traffic, nor a part of one that grows as well`() async throws {
        try await withTestDatabase { database in
            try await GrownTables.fill(database)
            let views = try await database.sql(
                "SELECT viewname FROM pg_views WHERE schemaname = 'monitor' ORDER BY viewname")
            #expect(views.count >= 18)
            for view in views {
                for read in try await GrownTables.read(by: view, of: database) {
                    #expect(read.scans == 0, "monitor.\(view) reads the whole of \(read.table)")
                    #expect(read.rows <= Self.rowsMax, "monitor.\(view) reads \(read.rows) rows of \(read.table)")
                }
            }
        }
    }

    @Test func `while receipts stay away for hours, health counts the oldest and no more`() async throws {
        try await withTestDatabase { database in
            try await GrownTables.fill(database)
            try await GrownTables.loseReceipts(of: database, count: 20_000)
            let rules = "SELECT value, ok FROM monitor.health WHERE name IN ('receipts_overdue', 'receipts_unmatched')"
            #expect(try await database.sql(rules) == ["1000|f", "1000|f"])
            for read in try await GrownTables.read(by: "health", of: database) {
                #expect(read.scans == 0, "monitor.health reads the whole of \(read.table)")
                #expect(read.rows <= Self.rowsMax, "monitor.health reads \(read.rows) rows of \(read.table)")
            }
        }
    }

    @Test func `queues in which very much waits are counted so far and no further, and the first of each is found`()
        async throws
    {
        let count = 40_000
        try await withTestDatabase { database in
            // For tomorrow, of very many accounts, and behind that, of one that comes last, one that has been due for an hour.
            try await database.sql(
                """
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                SELECT gen_random_uuid(), 'nxtele', 'a' || n % 5000, 1, now() + interval '1 day', timestamptz 'infinity', 0
                FROM generate_series(1, \(count)) AS n
                UNION ALL SELECT gen_random_uuid(), 'nxtele', 'z', 1, now() - interval '1 h', timestamptz 'infinity', 0;
                INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at)
                SELECT gen_random_uuid(), gen_random_uuid(), 'nxtele', 1, now() + interval '1 day', timestamptz 'infinity'
                FROM generate_series(1, \(count)) AS n
                UNION ALL SELECT gen_random_uuid(), gen_random_uuid(), 'nxtele', 1, now() - interval '1 h', timestamptz 'infinity';
                INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
                SELECT gen_random_uuid(), gen_random_uuid(), now() + interval '1 day', timestamptz 'infinity'
                FROM generate_series(1, \(count)) AS n
                UNION ALL SELECT gen_random_uuid(), gen_random_uuid(), now() - interval '1 h', timestamptz 'infinity';
                ANALYZE;
                """)
            #expect(
                try await database.sql(
                    """
                    SELECT name, waiting, scheduled, oldest_waiting_seconds BETWEEN 3600 AND 7200 FROM monitor.queue
                    WHERE name <> 'webhook' ORDER BY name
                    """) == ["lookup|1|10000|t", "notification|1|10000|t", "send|1|10000|t"])
            #expect(try await database.sql("SELECT ok FROM monitor.health WHERE name = 'sends_wait'") == ["f"])
            let tables = ["queue.lookup", "queue.notification", "queue.send"]
            for view in ["health", "queue", "receipts_overdue", "unclear_attempts"] {
                for read in try await GrownTables.read(tables, by: view, of: database) {
                    #expect(read.scans == 0, "monitor.\(view) reads the whole of \(read.table)")
                    #expect(read.rows < count / 2, "monitor.\(view) reads \(read.rows) rows of \(read.table)")
                }
            }
        }
    }

    @Test func `of every table it is said whether it grows with traffic, and each that does has grown`() async throws {
        try await withTestDatabase { database in
            let tables = try await database.sql(
                """
                SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname IN ('alert', 'billing', 'inbox', 'ops', 'outbox', 'queue', 'sms_log')
                  AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                """)
            #expect(Set(tables) == Set(GrownTables.names).union(GrownTables.bounded.keys))
            #expect(Set(GrownTables.names).isDisjoint(with: GrownTables.bounded.keys))
            try await GrownTables.fill(database)
            for table in GrownTables.names {
                let rows = try await database.sql("SELECT count(*) FROM \(table)")
                #expect((rows.first.flatMap { Int($0) } ?? 0) >= GrownTables.rows, "\(table) has not grown")
            }
        }
    }

    @Test func `a view that read one whole, by an index or through a function would be noticed`() async throws {
        try await withTestDatabase { database in
            try await GrownTables.fill(database)
            try await database.sql(
                """
                CREATE VIEW monitor.whole AS SELECT count(*) FROM outbox.entry WHERE status = 'failed';
                CREATE VIEW monitor.lately AS
                    SELECT count(*) FROM inbox.webhook WHERE id > ops.day_lowest_id((now() AT TIME ZONE 'UTC')::date);
                CREATE FUNCTION monitor.hidden() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS
                    'BEGIN RETURN (SELECT count(*) FROM sms_log.entry); END';
                CREATE VIEW monitor.through AS SELECT monitor.hidden();
                """)
            let whole = try await GrownTables.read(by: "whole", of: database)
            #expect(whole.map(\.table) == ["outbox.entry"] && whole.first?.scans == 1)
            let lately = try await GrownTables.read(by: "lately", of: database)
            #expect(lately.map(\.table) == ["inbox.webhook"] && (lately.first?.rows ?? 0) >= GrownTables.rows)
            let through = try await GrownTables.read(by: "through", of: database)
            #expect(through.map(\.table) == ["sms_log.entry"] && (through.first?.rows ?? 0) >= GrownTables.rows)
        }
    }
}
