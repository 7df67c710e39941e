import Foundation
import TestSupport
import Testing

/// `sql/ops/person.sql` tells all that is known of a number, and `sql/ops/erase.sql` forgets it.
@Suite struct PersonTests {
    private static let number = "+4915112345678"

    /// A file of sql/ops, asked for this number.
    private static func query(_ name: String, _ number: String = number) throws -> String {
        try String(contentsOfFile: "\(TestEnvironment.root)/sql/ops/\(name).sql", encoding: .utf8)
            .replacing(":'number'", with: "'\(number)'")
    }

    /// The id of a webhook, of a day that has no partition.
    private static func webhook(_ place: Int) -> String { "'0190a3c0-0000-7000-8002-00000000000\(place)'::uuid" }

    /// The number in every place where there can be one, beside a longer one that begins with the same digits.
    private func fill(_ database: TestDatabase) async throws {
        let fixtures = MonitorFixtures(database: database)
        for number in [1, 2] {
            try await fixtures.insertAttempt(number, state: "accepted", providerMessageID: "m\(number)")
            try await fixtures.insertReceipt(number, rank: 3)
        }
        let bodies = [
            "phone=%2B4915112345678&status=2", #"{"externalNumber":"00 4915112345678"}"#,
            "from=%34%39%31%35%31%31%32%33%34%35%36%37%38", "phone=49151123456789", "text=nobody",
            "phone=4915112345678",
        ]
        for (place, body) in bodies.enumerated() {
            try await database.sql(
                """
                INSERT INTO inbox.webhook
                    (id, received_at, source, account, method, path, query, headers, body, remote_address)
                VALUES (\(Self.webhook(place)), now(), 'onoff-sms', 'default', 'POST', '', '', '', '\(body)', '192.0.2.1');
                """)
        }
        try await database.sql(
            """
            UPDATE outbox.entry SET status = 'sent', delivery_state = 'delivered', message = 'Dear 4915112345678',
                                    tags = '{x}', custom_data = '{"n": "4915112345678"}', content_hash = '\\x01';
            UPDATE outbox.entry SET recipient_phone_number = '+49151123456789' WHERE id = '\(fixtures.id(2))';
            UPDATE outbox.attempt SET provider_answer = 'to=4915112345678';
            UPDATE outbox.attempt SET recipient_phone_number = '+49151123456789', provider_answer = NULL
            WHERE entry_id = '\(fixtures.id(2))';
            UPDATE outbox.entry SET message = 'm', custom_data = '{}' WHERE id = '\(fixtures.id(2))';
            UPDATE outbox.receipt SET price = 2, size = 1, currency = 'USD', webhook_id = \(Self.webhook(5));
            UPDATE outbox.receipt SET phone = '49151123456789', webhook_id = \(Self.webhook(3))
            WHERE entry_id = '\(fixtures.id(2))';
            INSERT INTO outbox.receipt
                (id, provider, source, account, received_at, message_id, phone, status, result, reported_time,
                 submitted_time, ext, price, size, content_hash, rank)
            SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', e.created_at, 'm3', '4915112345678', '2', '', '', '',
                   '', 3, 1, 1, 3 FROM outbox.entry AS e WHERE e.id = '\(fixtures.id(1))';
            INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
            VALUES ('default', 1, 'charge', -1, -1, '\(fixtures.id(1))', 0, 0);
            -- By its webhook only is it found that this one's raw bytes name the number, too.
            INSERT INTO sms_log.entry
                (account, event_id, webhook_id, received_at, direction, user_name, user_email, user_number,
                 user_number_raw, external_number, external_number_raw, occurred_at_raw, body, content_hash)
            SELECT 'default', 'e' || n.place, CASE n.place WHEN 1 THEN \(Self.webhook(4)) ELSE \(Self.webhook(3)) END,
                   now(), 'RECEIVED', 'u', 'u@example.com', '+4930123456', '', n.number, n.number, '', 'Hello', 1
            FROM (VALUES (1, '\(Self.number)'), (2, '+49151123456789')) AS n (place, number);
            INSERT INTO sms_log.inbound
                (id, provider, account, webhook_id, received_at, message_id, from_number, from_number_raw, to_number,
                 to_number_raw, body, reported_time, content_hash)
            VALUES (gen_random_uuid(), 'nxtele', 'default', \(Self.webhook(2)), now(), 'i', '\(Self.number)',
                    '4915112345678', '+4930123456', '', 'STOP', '', 1);
            INSERT INTO sms_log.other_event
                (account, event_id, event_name, webhook_id, received_at, payload, content_hash)
            VALUES ('default', 'o', 'CALL', \(Self.webhook(1)), now(), '{"externalNumber":"4915112345678"}', 1);
            INSERT INTO queue.webhook_dead
                (webhook_id, source, account, reason, detail, parser_version, tries, received_at, method, path, query,
                 headers, body, remote_address)
            SELECT w.id, w.source, w.account, 'r', '', 1, 1, now(), '', '', '', '', w.body, ''
            FROM inbox.webhook AS w WHERE w.id IN (\(Self.webhook(0)), \(Self.webhook(3)));
            INSERT INTO queue.tally (source, intake_day, kind, count)
            SELECT 'onoff-sms', ops.webhook_day(\(Self.webhook(0))), t.kind, t.count
            FROM (VALUES ('accepted', 6), ('processed', 4), ('dead', 2)) AS t (kind, count);
            INSERT INTO outbox.suppression_event
                (account, number, source, event_key, kind, received_at, webhook_id, word)
            VALUES ('default', '\(Self.number)', 'nxtele', 'k', 'suppressed', now(), \(Self.webhook(2)), 'STOP');
            INSERT INTO billing.cdr
                (provider, day, import_id, place, message_id, phone, sender_id, submitted_time, reported_time, report,
                 report_status, size_text, price_text, billing_status, network, size, price)
            VALUES ('nxtele', '2026-11-20', gen_random_uuid(), 1, 'm1', '4915112345678', 's', '', '', '', '', '1', '2', '',
                    '', 1, 2);
            INSERT INTO billing.cdr_day
                (provider, day, import_id, time_zone, records, changed, gone, charged, matched, not_with_us, not_in_list,
                 sizes_differ, prices_differ, billed_twice)
            SELECT c.provider, c.day, c.import_id, 'UTC', 1, 0, 0, 2, 1, 0, 0, 0, 0, 0 FROM billing.cdr AS c;
            """)
    }

    /// The tables in which the number stands, as text or bytes, but not a longer one that begins with it.
    private func tables(_ database: TestDatabase) async throws -> [String] {
        let looks = try await database.sql(
            """
            SELECT format(
                'SELECT %L WHERE EXISTS (SELECT FROM %s AS t WHERE t::text ~ %L);', c.oid::regclass, c.oid::regclass,
                '15112345678(?![0-9])|3135313132333435363738(?!3[0-9])'
                    || '|253331253335253331253331253332253333253334253335253336253337253338')
            FROM pg_class AS c
            WHERE c.relkind = 'r' AND c.relnamespace IN (
                      'ops'::regnamespace, 'inbox'::regnamespace, 'queue'::regnamespace, 'outbox'::regnamespace,
                      'sms_log'::regnamespace, 'billing'::regnamespace, 'alert'::regnamespace)
            """)
        return try await database.sql(looks.joined()).sorted()
    }

    /// What must not change: money, counts and conservation.
    private func truth(_ database: TestDatabase) async throws -> [String] {
        let slice = """
            date_bin('10 minutes', to_timestamp(('x0000' || left(replace(e.id::text, '-', ''), 12))::bit(64)::bigint
                                                / 1000.0), '2000-01-01Z')
            """
        return try await database.sql(
            """
            SELECT entry_id, attempt_id, charge, provider_charge, provider_currency, price_differs
            FROM billing.attempt_cost ORDER BY 1, 2;
            SELECT s.* FROM (SELECT DISTINCT \(slice) AS start FROM outbox.entry AS e) AS g
            CROSS JOIN LATERAL billing.compute_slice(g.start) AS s ORDER BY s::text;
            SELECT s.* FROM (SELECT date_bin('10 minutes', min(r.received_at), '2000-01-01Z') AS start
                             FROM outbox.receipt AS r WHERE r.entry_id IS NULL) AS g
            CROSS JOIN LATERAL billing.compute_slice(g.start) AS s ORDER BY s::text;
            SELECT * FROM billing.cdr_differences('nxtele', '2026-11-20', 'UTC') ORDER BY 1;
            SELECT * FROM monitor.balances; SELECT * FROM billing.ledger_entry ORDER BY seq;
            SELECT provider, status, delivery_state, sum(count) FROM outbox.tally GROUP BY 1, 2, 3
            HAVING sum(count) <> 0 ORDER BY 1, 2, 3;
            SELECT source, difference, difference_dead, accepted, processed, dead + discarded FROM monitor.conservation;
            """)
    }

    @Test func `all that is known of a number is told to the operator, and nothing of a longer one`() async throws {
        try await withTestDatabase { database in
            try await fill(database)
            let rows = try await database.sql(try Self.query("person"), user: "postroom_operator")
            var kinds: [String: Int] = [:]
            for row in rows { kinds[String(row.split(separator: "|")[1]), default: 0] += 1 }
            #expect(
                kinds == [
                    "message": 1, "attempt": 1, "receipt": 2, "log": 1, "inbound": 1, "other event": 1, "webhook": 5,
                    "dead letter": 1, "suppressed": 1, "day list": 1,
                ], "\(rows)")
            #expect(rows.contains { $0.contains("text: Dear 4915112345678") })
            #expect(!rows.contains { $0.contains("49151123456789") })
            let other = try await database.sql(try Self.query("person", "+49151123456789"), user: "postroom_operator")
            #expect(
                other.count { $0.contains("|webhook|") } == 1 && other.contains { $0.contains("|log|") }, "\(other)")
        }
    }

    @Test func `a number is erased but for its opt-out, and money, counts and conservation stay as they were`()
        async throws
    {
        try await withTestDatabase { database in
            try await fill(database)
            let before = try await truth(database)
            #expect(before.contains { $0.hasPrefix("onoff-sms|0|0|6|4|2") }, "\(before)")
            #expect(
                try await tables(database)
                    == [
                        "inbox.webhook_default", "queue.webhook_dead", "outbox.entry", "outbox.attempt",
                        "outbox.receipt",
                        "sms_log.entry", "sms_log.other_event", "sms_log.inbound", "outbox.suppression_event",
                        "outbox.suppression_touch", "billing.cdr",
                    ].sorted())
            #expect(
                try await database.sql(try Self.query("erase")) == [
                    "outbox.entry blanked|1", "outbox.attempt blanked|1", "outbox.receipt blanked|2",
                    "sms_log.entry deleted|1", "sms_log.inbound deleted|1", "sms_log.other_event deleted|1",
                    "queue.webhook_dead deleted|1", "inbox.webhook deleted|5", "billing.cdr blanked|1",
                ])
            #expect(try await truth(database) == before)
            try await database.sql("SELECT outbox.fold_suppressions(100)")
            #expect(
                try await tables(database) == ["outbox.suppression_counted", "outbox.suppression_event"].sorted())
            #expect(
                try await database.sql("SELECT recipient_phone_number, message FROM outbox.entry ORDER BY id")
                    == ["+4900000|", "+49151123456789|m"])
            // By the check that every send and resend goes through, neither it nor what was erased is sent to.
            #expect(
                try await database.sql(
                    "SELECT account, number, kind FROM outbox.suppression_event ORDER BY number")
                    == ["default|+4900000|suppressed", "default|\(Self.number)|suppressed"])
            // What came since is all that a second run finds.
            let again = try await database.sql(try Self.query("erase"))
            #expect(again.count == 9 && again.allSatisfy { $0.hasSuffix("|0") }, "\(again)")
            #expect(try await database.sql("SELECT count(*) FROM outbox.suppression_event") == ["2"])
        }
    }

    @Test(arguments: [
        "UPDATE outbox.entry SET status = 'pending', delivery_state = 'accepted'",
        """
        INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
        SELECT e.id, 'nxtele', 'default', 1, now(), now(), 1 FROM outbox.entry AS e
        """,
        """
        INSERT INTO queue.lookup (attempt_id, entry_id, provider, due_at, deadline_at)
        SELECT a.id, a.entry_id, 'nxtele', now(), now() FROM outbox.attempt AS a
        """,
        """
        INSERT INTO queue.webhook (webhook_id, source)
        SELECT w.id, w.source FROM inbox.webhook AS w WHERE w.body = 'phone=4915112345678'
        """,
    ])
    func `nothing is erased while something of the number is still open`(open: String) async throws {
        try await withTestDatabase { database in
            try await fill(database)
            try await database.sql(open)
            let before = try await (tables(database), truth(database))
            let failure = await #expect(throws: TestSupportFailure.self) {
                try await database.sql(try Self.query("erase"))
            }
            #expect("\(failure as Any)".contains(/ERROR: +a (message to|webhook of) this number/), "\(failure as Any)")
            #expect(try await (tables(database), truth(database)) == before)
        }
    }

    @Test func `what is no number, and who is not the owner, erases nothing`() async throws {
        try await withTestDatabase { database in
            try await fill(database)
            for number in ["", "4915112345678", "+49 151 12345678", "+4900000", "%"] {
                await #expect(throws: TestSupportFailure.self, "\(number)") {
                    try await database.sql(try Self.query("erase", number))
                }
            }
            await #expect(throws: TestSupportFailure.self) {
                try await database.sql(try Self.query("erase"), user: "postroom_operator")
            }
            #expect(try await tables(database).count == 11)
        }
    }
}
