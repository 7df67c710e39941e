import TestSupport
import Testing

@Suite struct HealthViewTests {
    private static let executables = [
        "postroom-alert-worker", "postroom-api", "postroom-ingress", "postroom-send-worker", "postroom-webhook-worker",
    ]

    /// The heartbeats of a process that lives, until long after the test: it is not to matter how long that takes.
    private static func beat(_ executable: String) -> String {
        """
        INSERT INTO ops.process (process_id, seen_at, executable, version, host, pid, started_at, claimed)
        SELECT p.id, at, '\(executable)', '1', 'h', 1, now(), 0
        FROM (SELECT gen_random_uuid() AS id) AS p
        CROSS JOIN generate_series(now(), now() + interval '30 minutes', interval '20 s') AS at
        """
    }

    /// A spool that was reported so long ago; less than nothing where that report is to stay fresh for longer.
    private static func spool(webhooks: Int, filesAside: Int, agoSeconds: Int) -> String {
        """
        INSERT INTO ops.spool_report (process_id, host, folder, webhooks, bytes, oldest_at, files_aside, spooled, drained,
                                      seen_at)
        VALUES (gen_random_uuid(), 'h', '/s', \(webhooks), \(webhooks * 300),
                CASE WHEN \(webhooks) > 0 THEN now() - interval '\(agoSeconds) s' END, \(filesAside), \(webhooks), 0,
                now() - interval '\(agoSeconds) s')
        """
    }

    /// The rules that do not hold.
    private static func red(_ fixtures: MonitorFixtures) async throws -> [String] {
        try await fixtures.view("SELECT name FROM monitor.health WHERE ok IS NOT TRUE ORDER BY name")
    }

    @Test func `with every process alive and nothing wrong all is well, and every row says what it measures`()
        async throws
    {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for executable in Self.executables { try await database.sql(Self.beat(executable)) }
            #expect(try await Self.red(fixtures) == [])
            let counts = try await fixtures.view(
                """
                SELECT count(*) FILTER (WHERE kind = 'promise'), count(DISTINCT name) = count(*),
                       bool_and(value IS NOT NULL AND threshold IS NOT NULL AND detail <> '' AND what_to_do <> '')
                FROM monitor.health
                """)
            #expect(counts == ["6|t|t"])
        }
    }

    /// A send that is not due yet, after seven tries that do not count.
    private static let putOff = """
        INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle, tries, counted)
        VALUES ('0190a3c0-0000-7000-8000-000000000001', 'nxtele', 'default', 1, now() + interval '2 min', 'infinity', 0, 8, 1)
        """

    /// What goes wrong, and which rule says so.
    private static let wrongs: [(what: String, sql: String, rule: String)] = [
        (
            "a webhook that was accepted and is nowhere",
            "INSERT INTO queue.tally (source, intake_day, kind, count) VALUES ('onoff-sms', current_date, 'accepted', 1)",
            "nothing_disappears"
        ),
        ("a key that is gone", "ALTER TABLE outbox.receipt DROP CONSTRAINT receipt_pkey", "effects_once"),
        (
            "an unclear attempt that nobody settles",
            "UPDATE queue.lookup SET due_at = now() - interval '10 min', deadline_at = now() - interval '10 min'",
            "unclear_are_settled"
        ),
        (
            "a webhook that waits for two minutes",
            """
            WITH id AS (SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - 120000), 12, '0')
                               || '70008000000000000001')::uuid AS id),
                 counted AS (INSERT INTO queue.tally (source, intake_day, kind, count)
                             SELECT 'onoff-sms', ops.webhook_day(id), 'accepted', 1 FROM id)
            INSERT INTO queue.webhook (webhook_id, source) SELECT id, 'onoff-sms' FROM id
            """,
            "webhooks_wait"
        ),
        (
            "a send that is due for two minutes",
            """
            INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
            VALUES (gen_random_uuid(), 'nxtele', 'default', 1, now() - interval '2 min', 'infinity', 0)
            """,
            "sends_wait"
        ),
        ("a send that has been tried in vain again and again", putOff, "sends_put_off"),
        (
            "a provider that takes no work",
            "INSERT INTO ops.provider_event (provider, kind, code) VALUES ('nxtele', 'paused', '3')", "provider_paused"
        ),
        (
            "a dead letter",
            """
            WITH counted AS (INSERT INTO queue.tally (source, intake_day, kind, count)
                VALUES ('onoff-sms', '2024-07-11', 'accepted', 1), ('onoff-sms', '2024-07-11', 'dead', 1))
            INSERT INTO queue.webhook_dead (webhook_id, received_at, source, account, method, path, query, headers, body,
                                            remote_address, reason, detail, parser_version, tries)
            VALUES ('0190a3c0-0000-7000-8000-000000000001', now(), 'onoff-sms', 'default', 'POST', '', '', '', '', '',
                    'not-json', '', 1, 1)
            """,
            "dead_letters"
        ),
        (
            "receipts of nobody",
            """
            INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                                        reported_time, submitted_time, ext, content_hash, rank)
            SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', now() - interval '2 h', 'm', '49', '2', '', '', '',
                   '', 1, 3 FROM generate_series(1, 101)
            """,
            "receipts_unmatched"
        ),
        (
            "no partitions for days to come",
            """
            DO $$ DECLARE one regclass; BEGIN
                FOR one IN SELECT partition FROM inbox.days() LOOP EXECUTE 'DROP TABLE ' || one; END LOOP;
            END $$
            """,
            "days_ahead"
        ),
        ("a spool that nobody drains", spool(webhooks: 3, filesAside: 0, agoSeconds: 90), "spools_drain"),
        (
            "an ingress that died with an empty spool, as far as it could say",
            spool(webhooks: 0, filesAside: 0, agoSeconds: 90), "spools_drain"
        ),
        ("a damaged segment", spool(webhooks: 0, filesAside: 1, agoSeconds: -50), "spool_files_aside"),
        (
            "a provider whose clock jumped ten minutes",
            """
            INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
            SELECT 'nxtele', now() - interval '10 min' * n, CASE WHEN n > 2 THEN interval '8 h' ELSE '8 h 10 min' END, '1 s',
                   30, 'Asia/Shanghai', '8 h 4 min'
            FROM generate_series(0, 20) AS n
            """,
            "provider_clock"
        ),
        (
            "a provider whose clock is in another zone",
            """
            INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
            VALUES ('nxtele', now(), '0 s', '1 s', 30, 'Asia/Shanghai', '8 h')
            """,
            "provider_clock"
        ),
        (
            "deliveries that nobody makes",
            """
            WITH e AS (INSERT INTO alert.endpoint (id, url, failing_since, disabled_at, disabled_reason)
                       VALUES (gen_random_uuid(), 'https://a.example/', NULL, NULL, NULL) RETURNING id)
            INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
            SELECT gen_random_uuid(), e.id, now() - interval '6 min', 'infinity' FROM e
            """,
            "deliveries_wait"
        ),
        (
            "deliveries to an endpoint that was disabled, which nobody settles",
            """
            WITH e AS (INSERT INTO alert.endpoint (id, url, failing_since, disabled_at, disabled_reason)
                       VALUES (gen_random_uuid(), 'https://a.example/', NULL, now(), 'gone') RETURNING id)
            INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
            SELECT gen_random_uuid(), e.id, now() - interval '71 min', 'infinity' FROM e
            """,
            "deliveries_wait"
        ),
        (
            "deliveries to an endpoint that failed once, and that nobody tries again",
            """
            WITH e AS (INSERT INTO alert.endpoint (id, url, failing_since, disabled_at, disabled_reason)
                       VALUES (gen_random_uuid(), 'https://a.example/', now() - interval '75 min', NULL, NULL) RETURNING id)
            INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
            SELECT gen_random_uuid(), e.id, now() - interval '71 min', 'infinity' FROM e
            """,
            "deliveries_wait"
        ),
        (
            "a provider that charges twice",
            """
            INSERT INTO billing.cost_day
                (day, provider, destination, sender, currency, provider_currency, sends, units, provider_units, charged,
                 provider_charged, provider_charged_cny, provider_charged_here, segments_differ, prices_differ,
                 currencies_differ, charged_more, duplicate_charges, without_receipt, without_price,
                 receipts_without_entry)
            VALUES ((now() AT TIME ZONE 'UTC')::date - 3, 'nxtele', '49', '', 'USD', 'USD', 100, 98, 100, 1, 1, 1, 1, 0, 0, 0,
                    0, 2, 0, 0, 0)
            """,
            "cost_reconciliation"
        ),
        ("an API that is silent", "DELETE FROM ops.process WHERE executable = 'postroom-api'", "apis"),
        (
            "an ingress that stops", "UPDATE ops.process SET stopping = true WHERE executable = 'postroom-ingress'",
            "ingresses"
        ),
        (
            "a send worker that was last seen a minute ago",
            "UPDATE ops.process SET seen_at = seen_at - interval '31 min' WHERE executable = 'postroom-send-worker'",
            "send_workers"
        ),
        (
            "a send worker that was last seen by a clock that was ahead",
            """
            UPDATE ops.process SET seen_at = seen_at + interval '1 h'
            WHERE executable = 'postroom-send-worker' AND seen_at > now() - interval '1 min'
            """,
            "send_workers"
        ),
        (
            "a machine whose clock is behind",
            "UPDATE ops.process SET told_at = seen_at - interval '61 s' WHERE executable = 'postroom-ingress'",
            "clocks_agree"
        ),
        (
            "a machine whose clock is ahead",
            "UPDATE ops.process SET told_at = seen_at + interval '2 h' WHERE executable = 'postroom-api'",
            "clocks_agree"
        ),
    ]

    @Test func `clocks that agree to a minute are well, and the machine that is off is named`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for executable in Self.executables { try await database.sql(Self.beat(executable)) }
            let rule = "SELECT ok, value, detail FROM monitor.health WHERE name = 'clocks_agree'"
            let measured = "seconds that a process's clock is off the database's; more than a minute on"
            #expect(try await fixtures.view(rule) == ["t|0|\(measured) 0 of 0 machines"])
            try await database.sql(
                """
                UPDATE ops.process SET told_at = seen_at + interval '1 s';
                UPDATE ops.process SET host = 'late', told_at = seen_at - interval '59.5 s'
                WHERE executable = 'postroom-api'
                """)
            #expect(try await fixtures.view(rule) == ["t|59.500|\(measured) 0 of 2 machines"])
            try await database.sql("UPDATE ops.process SET told_at = seen_at - interval '5 min' WHERE host = 'late'")
            #expect(try await fixtures.view(rule) == ["f|300.000|\(measured) 1 of 2 machines, late behind"])
        }
    }

    @Test func `an endpoint that fails is its owner's matter, and for a while a disabled one nobody's`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                WITH e AS (INSERT INTO alert.endpoint (id, url, failing_since, disabled_at, disabled_reason, deleted_at)
                           VALUES (gen_random_uuid(), 'https://b.example/', now(), NULL, NULL, NULL),
                                  (gen_random_uuid(), 'https://c.example/', NULL, now(), 'gone', NULL),
                                  (gen_random_uuid(), 'https://d.example/', NULL, NULL, NULL, now()) RETURNING id)
                INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
                SELECT gen_random_uuid(), e.id, now() - interval '6 min', 'infinity' FROM e
                """)
            #expect(
                try await database.sql("SELECT ok, value FROM monitor.health WHERE name = 'deliveries_wait'")
                    == ["t|0.000"])
        }
    }

    @Test(arguments: wrongs.indices)
    func `each thing that goes wrong is one red row, and no other`(_ place: Int) async throws {
        let wrong = Self.wrongs[place]
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for executable in Self.executables { try await database.sql(Self.beat(executable)) }
            try await fixtures.insertAttempt(1, state: "unclear")
            try await fixtures.insertLookup(1, dueIn: 60)
            #expect(try await Self.red(fixtures) == [])
            try await database.sql(wrong.sql)
            #expect(try await Self.red(fixtures) == [wrong.rule], "\(wrong.what)")
        }
    }

    /// What is just short of every bound.
    private static let short = """
        INSERT INTO outbox.entry (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used,
                                  cost_per_unit, total_cost, currency, encoding, provider, created_at)
        SELECT ('0190a3c0-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'default', 'u', '+4915112345678', 'm', 's', 1, 1, 1,
               'USD', 'gsm7', 'nxtele', now() FROM generate_series(1, 102) AS n;
        INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at,
                                    dispatched_at, settled_at)
        SELECT e.id, e.id, 0, 1, 'nxtele', '+4915112345678',
               CASE WHEN e.id::text LIKE '%102' THEN 'unclear' ELSE 'accepted' END, now(), now() - interval '5 h',
               now() - interval '5 h' FROM outbox.entry AS e;
        INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at)
        SELECT a.id, a.id, 'nxtele', (a.state = 'accepted')::integer, now() - interval '1 h',
               CASE a.state WHEN 'accepted' THEN 'infinity' ELSE now() - interval '4 min' END FROM outbox.attempt AS a;
        INSERT INTO queue.tally (source, intake_day, kind, count) VALUES ('onoff-sms', current_date, 'accepted', 1);
        INSERT INTO queue.webhook (webhook_id, source)
        VALUES (greatest(ops.time_lowest_id(now() - interval '5 s'), ops.day_lowest_id(current_date)), 'onoff-sms');
        INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
        VALUES (gen_random_uuid(), 'nxtele', 'default', 1, now() - interval '5 s', 'infinity', 0);
        INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                                    reported_time, submitted_time, ext, content_hash, rank)
        SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', now() - CASE WHEN n > 100 THEN interval '50 min' ELSE '2 h' END,
               'm', '49', '2', '', '', '', '', 1, 3 FROM generate_series(1, 150) AS n;
        DO $$ DECLARE one regclass; BEGIN
            FOR one IN SELECT d.partition FROM inbox.days() AS d WHERE d.lowest_id >= ops.day_lowest_id(current_date + 2) LOOP
                EXECUTE 'DROP TABLE ' || one;
            END LOOP;
        END $$;
        INSERT INTO ops.spool_report (process_id, host, folder, webhooks, bytes, oldest_at, files_aside, spooled, drained, seen_at)
        VALUES (gen_random_uuid(), 'h', '/s', 3, 900, now() - interval '240 s', 0, 3, 0, now() + interval '50 s');
        INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
        SELECT 'nxtele', now() - interval '10 min' * n, CASE WHEN n > 2 THEN interval '8 h' ELSE '8 h 1 min 50 s' END, '1 s', 30,
               'Asia/Shanghai', '8 h' FROM generate_series(0, 20) AS n;
        WITH e AS (INSERT INTO alert.endpoint (id, url) VALUES (gen_random_uuid(), 'https://a.example/') RETURNING id)
        INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
        SELECT gen_random_uuid(), e.id, now() - interval '4 min', 'infinity' FROM e;
        INSERT INTO billing.cost_day
            (day, provider, destination, sender, currency, provider_currency, sends, units, provider_units, charged,
             provider_charged, provider_charged_cny, provider_charged_here, segments_differ, prices_differ,
             currencies_differ, charged_more, duplicate_charges, without_receipt, without_price, receipts_without_entry)
        SELECT (now() AT TIME ZONE 'UTC')::date - age, 'nxtele', '49', '', 'USD', 'USD', 200, 1, 1, 1, 1, 1, 1, 0, 0, 0, more, twice,
               0, 0, 0 FROM (VALUES (1, 99, 99), (2, 99, 99), (3, 1, 1), (9, 1, 1), (10, 99, 99)) AS c (age, more, twice)
        """

    /// What then passes a bound, and whose.
    private static let steps: KeyValuePairs = [
        "UPDATE billing.cost_day SET charged_more = 2 WHERE day = (now() AT TIME ZONE 'UTC')::date - 9":
            "cost_reconciliation",
        "UPDATE ops.spool_report SET oldest_at = now() - interval '301 s'": "spools_drain",
        "UPDATE ops.provider_clock SET ahead = ahead - interval '5 min', zone_ahead = '7 h 56 min 40 s' WHERE ahead > '8 h'":
            "provider_clock",
        "DO $$ BEGIN EXECUTE 'DROP TABLE inbox.webhook_' || to_char(current_date + 1, 'YYYYMMDD'); END $$":
            "days_ahead",
        "UPDATE outbox.receipt SET received_at = now() - interval '61 min' WHERE received_at > now() - interval '1 h'":
            "receipts_unmatched",
        "UPDATE outbox.attempt SET settled_at = now() - interval '7 h' WHERE state = 'accepted'": "receipts_overdue",
        // One day has one too many, another one too few.
        """
        INSERT INTO queue.tally (source, intake_day, kind, count)
        VALUES ('onoff-sms', current_date - 1, 'accepted', 1), ('onoff-sms', current_date - 2, 'processed', 1)
        """: "nothing_disappears",
        "UPDATE ops.process SET stopping = true WHERE executable = 'postroom-ingress' AND seen_at > now()": "ingresses",
    ]

    @Test func `what is short of its bound is well, and each that passes it is red`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for executable in Self.executables { try await database.sql(Self.beat(executable)) }
            try await database.sql(Self.short)
            var expected: Set<String> = []
            #expect(Set(try await Self.red(fixtures)) == expected)
            for (step, rule) in Self.steps {
                try await database.sql(step)
                expected.insert(rule)
                #expect(Set(try await Self.red(fixtures)) == expected, "\(rule)")
            }
        }
    }

    @Test func `a dead letter that is gone though nobody took it out is missing`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                "INSERT INTO queue.tally (source, intake_day, kind, count) VALUES ('onoff-sms', current_date, 'dead', 1)"
            )
            let rule = "SELECT value, ok FROM monitor.health WHERE name = 'nothing_disappears'"
            #expect(try await MonitorFixtures(database: database).view(rule) == ["1|f"])
        }
    }

    @Test func `a role whose commits can be lost is red, however it is written`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for executable in Self.executables { try await database.sql(Self.beat(executable)) }
            for (value, red) in [
                ("off", true), ("FALSE", true), ("no", true), ("0", true), ("Local", true), ("remote_write", true),
                ("true", false), ("YES", false), ("1", false), ("remote_apply", false), ("on", false),
            ] {
                // Of this database's, as roles are everybody's.
                try await database.sql(
                    "ALTER ROLE postroom_ingress IN DATABASE \(database.name) SET synchronous_commit = '\(value)'")
                #expect(try await Self.red(fixtures) == (red ? ["acknowledged_is_durable"] : []), "\(value)")
            }
        }
    }

    @Test func `a paused provider's sends wait without a second alarm`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for executable in Self.executables { try await database.sql(Self.beat(executable)) }
            for wrong in Self.wrongs where ["sends_wait", "sends_put_off", "provider_paused"].contains(wrong.rule) {
                try await database.sql(wrong.sql)
            }
            #expect(try await Self.red(fixtures) == ["provider_paused"])
            try await database.sql("INSERT INTO ops.provider_event (provider, kind) VALUES ('nxtele', 'resumed')")
            #expect(try await Self.red(fixtures) == ["sends_put_off", "sends_wait"])
        }
    }

    /// By what the provider said last.
    @Test(arguments: [
        ("", true), ("1004", true), ("28", true), ("27", false), ("26", false),
    ])
    func `a send that is put off for its number alone is nobody's matter`(code: String, isRed: Bool) async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for executable in Self.executables { try await database.sql(Self.beat(executable)) }
            // Now under way once more.
            try await fixtures.insertAttempt(1, state: "dispatched")
            try await database.sql(
                """
                UPDATE outbox.attempt SET number = 9;
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, counts,
                                            provider_code, prepared_at, dispatched_at, settled_at)
                SELECT gen_random_uuid(), a.entry_id, 0, n, a.provider, a.recipient_phone_number, 'not_sent', false,
                       CASE n WHEN 8 THEN nullif('\(code)', '') ELSE '3' END, now(), now(), now()
                FROM outbox.attempt AS a CROSS JOIN generate_series(1, 8) AS n;
                \(Self.putOff)
                """)
            #expect(try await Self.red(fixtures) == (isRed ? ["sends_put_off"] : []))
            let detail = try await fixtures.view("SELECT detail FROM monitor.health WHERE name = 'sends_put_off'")
            #expect(detail.first?.hasSuffix(isRed ? (code.isEmpty ? "no code" : "code \(code)") : "none") == true)
            // One try less.
            try await database.sql("UPDATE queue.send SET counted = 2")
            #expect(try await Self.red(fixtures) == [])
            // What the provider said of an earlier cycle says nothing of this one.
            try await database.sql("UPDATE queue.send SET counted = 1, cycle = 1")
            #expect(try await Self.red(fixtures) == ["sends_put_off"])
        }
    }

    @Test func `which key is missing is said`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            let detail = "SELECT value, detail FROM monitor.health WHERE name = 'effects_once'"
            let whole = try await fixtures.view(detail)
            #expect(whole == ["0|keys missing or invalid that make every effect happen once"])
            try await database.sql(
                """
                ALTER TABLE outbox.receipt DROP CONSTRAINT receipt_pkey;
                DROP INDEX outbox.entry_idempotency_key;
                """)
            let broken = try await fixtures.view(detail)
            #expect(broken == ["2|\(whole[0].dropFirst(2)): outbox.entry_idempotency_key, outbox.receipt_pkey"])
            // One that is there and keeps nothing from happening twice is none.
            try await database.sql(
                """
                CREATE INDEX entry_idempotency_key ON outbox.entry (account, user_id, idempotency_key);
                UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'outbox.attempt_number_key'::regclass;
                ALTER INDEX billing.ledger_entry_step_key RENAME TO former_ledger_entry_step_key;
                ALTER INDEX inbox.webhook_pkey RENAME TO former_webhook_pkey;
                ALTER INDEX queue.webhook_pkey RENAME TO former_webhook_pkey;
                ALTER INDEX sms_log.entry_pkey RENAME TO former_entry_pkey;
                ALTER INDEX sms_log.other_event_pkey RENAME TO former_other_event_pkey;
                ALTER INDEX sms_log.inbound_pkey RENAME TO former_inbound_pkey
                """)
            #expect(try await fixtures.view("SELECT value FROM monitor.health WHERE name = 'effects_once'") == ["9"])
        }
    }

    @Test func `a backlog too large to count is not called whole`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            try await database.sql(
                """
                INSERT INTO queue.tally (source, intake_day, kind, count)
                VALUES ('onoff-sms', current_date, 'accepted', 150001), ('onoff-sms', current_date, 'dead', 75000)
                """)
            let query = "SELECT ok, value IS NULL FROM monitor.health WHERE name = 'nothing_disappears'"
            let tooMany = try await fixtures.view(query)
            try await database.sql(
                """
                INSERT INTO queue.tally (source, intake_day, kind, count)
                VALUES ('onoff-sms', current_date, 'processed', 1)
                """)
            let counted = try await fixtures.view(query)
            #expect(tooMany == ["|t"] && counted == ["f|f"])
        }
    }

    @Test func `any of the other views can be made anew while this one stands on them`() async throws {
        try await withTestDatabase { database in
            try await database.sql("DROP VIEW monitor.queue; CREATE VIEW monitor.queue AS SELECT 1 AS other")
            #expect(
                try await database.sql(
                    "SELECT count(*) FROM pg_views WHERE schemaname = 'monitor' AND viewname = 'health'")
                    == ["1"])
        }
    }
}
