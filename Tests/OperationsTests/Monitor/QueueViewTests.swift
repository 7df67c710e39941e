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

    @Test func `what is claimed before it is due has not waited, and is no age below none`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            try await database.sql(
                """
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle, lease_owner, lease_until)
                VALUES ('\(fixtures.id(1))', 'nxtele', 'default', 1, now() + interval '100 s', 'infinity', 0,
                        gen_random_uuid(), now() + interval '1 min');
                INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at, lease_owner, lease_until)
                VALUES (gen_random_uuid(), gen_random_uuid(), now() + interval '100 s', 'infinity', gen_random_uuid(),
                        now() + interval '1 min')
                """)
            try await fixtures.insertLookup(2, dueIn: 100, isLeased: true)
            #expect(
                try await fixtures.view(
                    """
                    SELECT name, waiting, leased, oldest_waiting_seconds FROM monitor.queue
                    WHERE name <> 'webhook' ORDER BY name
                    """) == ["lookup|1|1|0.000", "notification|1|1|0.000", "send|1|1|0.000"])
        }
    }

    @Test func `what waits came in and was not settled, and is as old as the first of it`() async throws {
        try await withTestDatabase { database in
            // One was discarded that was dead before. The folded rows are of long ago, also where they were added to just now.
            try await database.sql(
                """
                INSERT INTO queue.tally (source, intake_day, kind, count, recorded_at, folded)
                SELECT 'onoff-sms', current_date, t.kind, t.count, now() - t.age * interval '1 s', t.folded
                FROM (VALUES ('accepted', 100, 0, true), ('processed', 80, 0, true), ('dead', 5, 0, true),
                             ('duplicate', 7, 0, true), ('accepted', 20, 30, false), ('accepted', 3, 70, false),
                             ('processed', 9, 30, false), ('dead', 2, 30, false), ('dead', -1, 30, false),
                             ('discarded', 1, 30, false), ('conflict', 2, 30, false), ('replayed', 4, 30, false),
                             ('processed', 1, 70, false)) AS t (kind, count, age, folded);
                INSERT INTO queue.webhook (webhook_id, source)
                SELECT ops.time_lowest_id(now() - age * interval '1 s'), 'onoff-sms' FROM unnest('{200,500,20}'::integer[]) AS age
                """)
            #expect(
                try await MonitorFixtures(database: database).view(
                    """
                    SELECT waiting, dead, oldest_waiting_seconds BETWEEN 200 AND 300, in_per_minute, out_per_minute
                    FROM monitor.queue WHERE name = 'webhook'
                    """) == ["26|6|t|20|11"])
        }
    }

    @Test func `conservation says of each source and day what is missing, and what is there twice`() async throws {
        try await withTestDatabase { database in
            func differences() async throws -> [String] {
                try await MonitorFixtures(database: database).view(
                    """
                    SELECT source, intake_day - (now() AT TIME ZONE 'UTC')::date, accepted, waiting, processed, dead, discarded,
                           difference, difference_dead
                    FROM monitor.conservation ORDER BY source, intake_day
                    """)
            }
            try await database.sql(
                """
                INSERT INTO queue.tally (source, intake_day, kind, count)
                SELECT s.source, (now() AT TIME ZONE 'UTC')::date - s.age, t.kind, t.count
                FROM (VALUES ('onoff-sms', 0), ('onoff-sms', 3), ('nxtele-receipt', 0)) AS s (source, age)
                CROSS JOIN (VALUES ('accepted', 10), ('processed', 4), ('dead', 4), ('dead', -1), ('discarded', 1),
                                   ('duplicate', 2), ('conflict', 1), ('replayed', 6)) AS t (kind, count);
                INSERT INTO queue.webhook (webhook_id, source)
                SELECT ops.day_lowest_id((now() AT TIME ZONE 'UTC')::date - s.age), s.source
                FROM (VALUES ('onoff-sms', 0), ('onoff-sms', 3), ('nxtele-receipt', 0)) AS s (source, age)
                CROSS JOIN generate_series(1, 2);
                INSERT INTO queue.webhook_dead
                    (webhook_id, source, account, reason, detail, parser_version, tries, received_at, method, path, query,
                     headers, body, remote_address)
                SELECT (left(ops.day_lowest_id((now() AT TIME ZONE 'UTC')::date - s.age)::text, 24)
                        || s.place::text || lpad(n::text, 11, '0'))::uuid,
                       s.source, '', '', '', 1, 1, now(), '', '', '', '', '', ''
                FROM (VALUES ('onoff-sms', 0, 1), ('onoff-sms', 3, 1), ('nxtele-receipt', 0, 2)) AS s (source, age, place)
                CROSS JOIN generate_series(1, 3) AS n
                """)
            let whole = "10|2|4|3|1|0|0"
            #expect(
                try await differences() == [
                    "nxtele-receipt|0|\(whole)", "onoff-sms|-3|\(whole)", "onoff-sms|0|\(whole)",
                ])
            // One day lost what waited; another has a dead letter less; the third what nobody accepted.
            try await database.sql(
                """
                DELETE FROM queue.webhook WHERE source = 'onoff-sms'
                    AND webhook_id < ops.day_lowest_id((now() AT TIME ZONE 'UTC')::date);
                DELETE FROM queue.webhook_dead WHERE source = 'nxtele-receipt' AND webhook_id::text LIKE '%1';
                INSERT INTO queue.webhook (webhook_id, source)
                VALUES (ops.day_lowest_id((now() AT TIME ZONE 'UTC')::date), 'onoff-sms')
                """)
            #expect(
                try await differences() == [
                    "nxtele-receipt|0|10|2|4|2|1|1|1", "onoff-sms|-3|10|0|4|3|1|2|0", "onoff-sms|0|10|3|4|3|1|-1|0",
                ])
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
