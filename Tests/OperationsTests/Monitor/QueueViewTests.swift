import Store
import TestSupport
import Testing

@Suite struct QueueViewTests {
    private static let query = """
        SELECT name, waiting, scheduled, leased, dead, oldest_waiting_seconds IS NULL, in_per_minute, out_per_minute
        FROM monitor.queue ORDER BY name
        """

    @Test func `empty queues have a row each, and nothing that waits`() async throws {
        try await withTestDatabase { database in
            let rows = try await MonitorFixtures(database: database).view(Self.query)
            #expect(
                rows == ["lookup|0|0|0|0|t||", "notification|0|0|0|0|t||", "send|0|0|0|0|t||", "webhook|0|0||0|t|0|0"])
        }
    }

    @Test func `what is due waits, what is claimed too, what is for later is scheduled`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for (number, dueIn) in [(1, -100), (2, -50), (3, 600), (4, 700), (5, 800)] {
                try await database.sql(
                    """
                    INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                    VALUES ('\(fixtures.id(number))', 'nxtele', 'default', 1, now() + interval '\(dueIn) s', 'infinity', 0)
                    """)
            }
            try await database.sql(
                """
                UPDATE queue.send SET lease_owner = gen_random_uuid(), lease_until = now() + interval '1 min'
                WHERE entry_id = '\(fixtures.id(2))'
                """)
            try await fixtures.insertLookup(6, dueIn: -200, isLeased: true)
            try await fixtures.insertLookup(7, dueIn: 900)
            try await fixtures.insertLookup(8, dueIn: 60, isLeased: true)
            try await database.sql(
                """
                INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at, lease_owner, lease_until)
                SELECT gen_random_uuid(), gen_random_uuid(), now() + one.due * interval '1 s', 'infinity',
                       CASE WHEN one.leased THEN gen_random_uuid() END,
                       CASE WHEN one.leased THEN now() + interval '1 min' END
                FROM (VALUES (-300, true), (-10, false), (600, false)) AS one (due, leased)
                """)
            #expect(
                try await fixtures.view(Self.query)
                    == ["lookup|2|1|2|0|f||", "notification|2|1|1|0|f||", "send|2|3|1|0|f||", "webhook|0|0||0|t|0|0"])
            #expect(
                try await fixtures.view(
                    """
                    SELECT name, oldest_waiting_seconds BETWEEN least AND least + 3600 FROM monitor.queue
                    JOIN (VALUES ('send', 100), ('lookup', 200), ('notification', 300)) AS expected (name, least)
                    USING (name) ORDER BY name
                    """) == ["lookup|t", "notification|t", "send|t"])
        }
    }

    @Test func `what is counted to a bound only is told to be so many and more`() async throws {
        try await withTestDatabase { database in
            func addLookups(_ count: Int) async throws {
                try await database.sql(
                    """
                    INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at)
                    SELECT gen_random_uuid(), gen_random_uuid(), 'nxtele', 1, 'infinity', 'infinity'
                    FROM generate_series(1, \(count))
                    """)
            }
            let session = Session(database.url(user: "postroom_monitor"))
            try await addLookups(9_999)
            let below = try await session.run(QueueReport())
            try await addLookups(2)
            let above = try await session.run(QueueReport())
            await session.close()
            #expect(below.first { $0[0] == "lookup" }?[1...2] == ["0", "9999"])
            #expect(above.first { $0[0] == "lookup" }?[1...2] == ["0", "10000+"])
        }
    }

    @Test func `what waits or is dead counts on the day of its id, also where a clock was years off`() async throws {
        try await withTestDatabase { database in
            // First and last ids of days, about both ends of those that are found by their bounds.
            try await database.sql(
                """
                CREATE TEMP TABLE id AS
                SELECT b.id FROM generate_series(-65, 4) AS n
                CROSS JOIN LATERAL (VALUES (ops.day_lowest_id(current_date + n)),
                    ((left(ops.day_lowest_id(current_date + n)::text, 13) || '-7fff-bfff-ffffffffffff')::uuid)) AS b (id)
                UNION ALL SELECT ops.day_lowest_id('1980-02-03') UNION ALL SELECT ops.day_lowest_id('2150-02-03');
                INSERT INTO queue.webhook (webhook_id, source) SELECT i.id, 'onoff-sms' FROM id AS i;
                INSERT INTO queue.webhook_dead
                    (webhook_id, source, account, reason, detail, parser_version, tries, received_at, method, path, query,
                     headers, body, remote_address)
                SELECT i.id, 'onoff-sms', '', '', '', 1, 1, now(), '', '', '', '', '', '' FROM id AS i;
                """)
            #expect(
                try await MonitorFixtures(database: database).view(
                    "SELECT sum(waiting), sum(dead) FROM monitor.conservation")
                    == ["142|142"])
            #expect(
                try await database.sql(
                    """
                    SELECT c.intake_day, w.day, c.waiting, c.dead, w.count FROM monitor.conservation AS c
                    FULL JOIN (SELECT ops.webhook_day(q.webhook_id) AS day, count(*) AS count FROM queue.webhook AS q
                               GROUP BY 1) AS w ON w.day = c.intake_day
                    WHERE (c.waiting, c.dead) IS DISTINCT FROM (w.count, w.count)
                    """) == [])
        }
    }
}
