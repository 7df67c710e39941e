import TestSupport
import Testing

@testable import Alerting

@Suite struct `Operators` {
    private static let heartbeats = """
        INSERT INTO ops.process (process_id, seen_at, executable, version, host, pid, started_at, claimed, stopping)
        SELECT e.id, at, e.name, '1', 'h', 1, now(), 0, false
        FROM (SELECT gen_random_uuid() AS id, one AS name
              FROM unnest(ARRAY['postroom-api', 'postroom-ingress', 'postroom-send-worker', 'postroom-webhook-worker',
                                'postroom-alert-worker']) AS one) AS e
        CROSS JOIN generate_series(now(), now() + interval '1 hour', interval '20 s') AS at
        """

    /// What goes wrong, how it is mended, and the rule that says so.
    private static let wrongs: [(rule: String, wrong: String, mended: String)] = [
        (
            "deliveries_wait",
            """
            WITH e AS (INSERT INTO alert.endpoint (id, url, kinds)
                       VALUES (gen_random_uuid(), 'https://a.example/', '{alert.test}') RETURNING id)
            INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
            SELECT gen_random_uuid(), id, now() - interval '6 min', 'infinity' FROM e
            """,
            "DELETE FROM queue.notification"
        ),
        (
            "receipts_overdue",
            """
            WITH n AS (SELECT n, gen_random_uuid() AS entry,
                              (left(ops.time_lowest_id(now() - interval '7 h')::text, 24)
                               || lpad(n::text, 12, '0'))::uuid AS attempt
                       FROM generate_series(1, 101) AS n),
                 e AS (INSERT INTO outbox.entry (id, account, user_id, recipient_phone_number, message, sender_id,
                                                 sms_units_used, cost_per_unit, total_cost, currency, encoding,
                                                 provider, created_at)
                       SELECT entry, 'default', 'u', '+4915112345678', 'm', 's', 1, 1, 1, 'USD', 'gsm7', 'nxtele', now()
                       FROM n RETURNING id),
                 a AS (INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                                                   prepared_at, dispatched_at, settled_at)
                       SELECT attempt, e.id, 0, 1, 'nxtele', '+4915112345678', 'accepted', now(),
                              now() - interval '7 h', now() - interval '7 h' FROM n JOIN e ON e.id = n.entry)
            INSERT INTO queue.lookup (attempt_id, entry_id, provider, due_at, deadline_at)
            SELECT attempt, entry, 'nxtele', now() - interval '6 h', now() + interval '1 h' FROM n
            """,
            "DELETE FROM queue.lookup"
        ),
        (
            "dead_letters",
            """
            WITH counted AS (INSERT INTO queue.tally (source, intake_day, kind, count)
                VALUES ('onoff-sms', '2024-07-11', 'accepted', 1), ('onoff-sms', '2024-07-11', 'dead', 1))
            INSERT INTO queue.webhook_dead (webhook_id, received_at, source, account, method, path, query, headers, body,
                                            remote_address, reason, detail, parser_version, tries)
            VALUES ('0190a3c0-0000-7000-8000-000000000001', now(), 'onoff-sms', 'default', 'POST', '', '', '', '', '',
                    'not-json', '', 1, 1)
            """,
            """
            WITH counted AS (INSERT INTO queue.tally (source, intake_day, kind, count)
                VALUES ('onoff-sms', '2024-07-11', 'discarded', 1), ('onoff-sms', '2024-07-11', 'dead', -1))
            DELETE FROM queue.webhook_dead
            """
        ),
        (
            "nothing_disappears",
            "INSERT INTO queue.tally (source, intake_day, kind, count) VALUES ('onoff-sms', current_date, 'accepted', 1)",
            "INSERT INTO queue.tally (source, intake_day, kind, count) VALUES ('onoff-sms', current_date, 'processed', 1)"
        ),
    ]

    @Test(arguments: wrongs.indices)
    func `are told once when a rule stops holding, and once when it holds again`(_ place: Int) async throws {
        let one = Self.wrongs[place]
        try await withAlertBed { bed in
            try await bed.rows(Self.heartbeats)
            let (first, second) = (bed.health(), bed.health())
            for _ in 0..<2 { #expect(try await first.run() == 0) }
            try await bed.rows(one.wrong)
            // The first look may see what is just passing.
            #expect(try await first.run() == 0)
            #expect(try await second.run() == 0)
            #expect(try await bed.events() == [])
            #expect(try await first.run() == 1)
            for pass in [first, second, bed.health(), bed.health()] { #expect(try await pass.run() == 0) }
            #expect(try await bed.events() == ["|health.failed|\(one.rule)"])
            let data = try await bed.rows(
                "SELECT data ->> 'rule', data ? 'value', data ? 'threshold', data ->> 'detail' <> '', "
                    + "data ->> 'whatToDo' <> '' FROM alert.event")
            #expect(data == ["\(one.rule)|t|t|t|t"])

            try await bed.rows(one.mended)
            #expect(try await second.run() == 1)
            for pass in [first, second] { #expect(try await pass.run() == 0) }
            #expect(try await bed.events() == ["|health.failed|\(one.rule)", "|health.recovered|\(one.rule)"])
            #expect(
                try await bed.rows("SELECT rule, ok FROM alert.rule_event ORDER BY seq") == [
                    "\(one.rule)|f", "\(one.rule)|t",
                ])
        }
    }

    @Test func `are not told of what cannot be told now`() async throws {
        try await withAlertBed { bed in
            try await bed.rows(Self.heartbeats)
            let pass = bed.health()
            try await bed.rows(Self.wrongs[3].wrong)
            for _ in 0..<2 { _ = try await pass.run() }
            // A backlog too large to count.
            try await bed.rows(
                """
                INSERT INTO queue.tally (source, intake_day, kind, count)
                VALUES ('onoff-sms', current_date, 'accepted', 200001)
                """)
            #expect(
                try await bed.rows("SELECT ok IS NULL FROM monitor.health WHERE name = 'nothing_disappears'") == ["t"])
            for _ in 0..<2 { _ = try await pass.run() }
            #expect(
                try await bed.events().filter { $0.hasSuffix("nothing_disappears") }
                    == ["|health.failed|nothing_disappears"])
        }
    }

    @Test func `are told of a pause where it is recorded, and not once more by its rule`() async throws {
        try await withAlertBed { bed in
            try await bed.rows(Self.heartbeats)
            #expect(try await bed.pause(true, code: "3"))
            #expect(try await bed.rows("SELECT ok FROM monitor.health WHERE name = 'provider_paused'") == ["f"])
            let pass = bed.health()
            for _ in 0..<3 { #expect(try await pass.run() == 0) }
            #expect(try await bed.pause(false))
            for _ in 0..<3 { #expect(try await pass.run() == 0) }
            #expect(try await bed.events() == ["|provider.paused|nxtele", "|provider.resumed|nxtele"])
        }
    }

    @Test func `are told by one of several workers`() async throws {
        try await withAlertBed { bed in
            try await bed.rows(Self.heartbeats)
            try await bed.rows(Self.wrongs[0].wrong)
            let passes = (0..<4).map { _ in bed.health() }
            for _ in 0..<2 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for pass in passes { group.addTask { _ = try await pass.run() } }
                    try await group.waitForAll()
                }
            }
            for pass in passes { _ = try await pass.run() }
            #expect(try await bed.events() == ["|health.failed|deliveries_wait"])
        }
    }

    @Test func `hear of a rule that comes and goes a few times, then as one`() async throws {
        try await withAlertBed { bed in
            try await bed.rows(Self.heartbeats)
            let pass = bed.health()
            for _ in 0..<25 {
                try await bed.rows(Self.wrongs[0].wrong)
                for _ in 0..<2 { _ = try await pass.run() }
                try await bed.rows(Self.wrongs[0].mended)
                _ = try await pass.run()
                try await bed.telling().run()
            }
            let each = ["health.failed|1", "health.recovered|1"]
            #expect(try await bed.notifications().sorted() == each.flatMap { Array(repeating: $0, count: 9) })
            try await bed.pass(seconds: 900)
            try await bed.telling().run()
            #expect(
                try await bed.rows(
                    "SELECT kind, event_count, data FROM alert.notification WHERE event_count > 1 ORDER BY 1")
                    == ["failed", "recovered"].map {
                        #"health.\#($0)|16|{"count": 16, "subjects": ["deliveries_wait"]}"#
                    })
            #expect(try await bed.events() == [])
        }
    }
}
