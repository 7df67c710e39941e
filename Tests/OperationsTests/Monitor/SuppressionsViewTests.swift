import Store
import TestSupport
import Testing

@Suite struct SuppressionsViewTests {
    @Test func `each number of an account counts once, by its latest event`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, word)
                SELECT account, '+49151' || number, 'nxtele', key, kind, '2026-01-01Z'::timestamptz + at * interval '1 day',
                       gen_random_uuid(), 'w'
                FROM (VALUES ('a', '1000001', 'k1', 'suppressed', 1), ('a', '1000001', 'k2', 'lifted', 3),
                             ('a', '1000001', 'k3', 'suppressed', 2), ('a', '1000002', 'k4', 'suppressed', 1),
                             ('a', '1000003', 'k5', 'suppressed', 2), ('a', '1000003', 'k5', 'lifted', 2),
                             ('b', '1000001', 'k1', 'suppressed', 5)) AS v (account, number, key, kind, at)
                """)
            let shown = ["a|2|1|2026-01-04", "b|1|0|2026-01-06"]
            #expect(try await Self.view(of: database) == shown)
            try await Self.fold(database)
            #expect(try await Self.view(of: database) == shown)
        }
    }

    @Test(arguments: [3 as UInt64, 20, 77])
    func `the counts are those of the events, whatever comes, moves or goes, and however it is folded`(seed: UInt64)
        async throws
    {
        try await withTestDatabase { database in
            var generator = SeededGenerator(seed: seed)
            for step in 0..<25 {
                try await database.sql(Self.change(&generator))
                #expect(try await database.sql(Self.differences) == [], "seed \(seed), step \(step)")
                guard step % 3 == 2 else { continue }
                // Few rows at a time: some pairs are counted, others wait.
                try await database.sql("SELECT outbox.fold_suppressions(\(Int.random(in: 1...12, using: &generator)))")
                #expect(try await database.sql(Self.differences) == [], "seed \(seed), step \(step), folded")
            }
            try await Self.fold(database)
            #expect(try await database.sql("SELECT count(*) FROM outbox.suppression_touch") == ["0"])
            #expect(try await database.sql(Self.differences) == [], "seed \(seed), at the end")
        }
    }

    @Test func `two transactions with one number are counted once, though a fold comes between their ends`()
        async throws
    {
        try await withTestDatabase { database in
            let (first, second) = (Session(database.url), Session(database.url))
            try await first.script("BEGIN; " + Self.event("k1", "suppressed", day: 1))
            try await second.script("BEGIN; " + Self.event("k2", "lifted", day: 2))
            try await first.script("COMMIT")
            try await Self.fold(database)
            #expect(try await Self.view(of: database) == ["a|1|0|2026-01-01"])
            try await second.script("COMMIT")
            #expect(try await Self.view(of: database) == ["a|0|1|2026-01-02"])
            try await Self.fold(database)
            #expect(try await Self.view(of: database) == ["a|0|1|2026-01-02"])
            await first.close()
            await second.close()
        }
    }

    @Test func `the webhook worker folds them with what it folds of the outbox`() async throws {
        try await withTestDatabase { database in
            try await database.sql(Self.event("k1", "suppressed", day: 1))
            #expect(try await database.sql("SELECT count(*) FROM outbox.suppression_touch") == ["1"])
            let worker = Session(database.url(user: "postroom_webhook_worker"))
            _ = try await worker.run(FoldSuppressions(rowsMax: 100))
            await worker.close()
            #expect(try await database.sql("SELECT count(*) FROM outbox.suppression_touch") == ["0"])
            #expect(try await database.sql("TABLE outbox.suppression_tally") == ["a|suppressed|1"])
            #expect(try await Self.view(of: database) == ["a|1|0|2026-01-01"])
        }
    }

    private static func fold(_ database: TestDatabase) async throws {
        try await database.sql("SELECT outbox.fold_suppressions(100000)")
    }

    private static func view(of database: TestDatabase) async throws -> [String] {
        try await MonitorFixtures(database: database).view(
            """
            SELECT account, suppressed, lifted, (last_change_at AT TIME ZONE 'UTC')::date FROM monitor.suppressions
            ORDER BY account
            """)
    }

    private static func event(_ key: String, _ kind: String, day: Int) -> String {
        """
        INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, word)
        VALUES ('a', '+491511000001', 'nxtele', '\(key)', '\(kind)', '2026-01-0\(day)Z', gen_random_uuid(), 'w')
        """
    }

    /// Events of a few numbers and accounts; sometimes one is moved earlier, and seldom some are gone.
    private static func change(_ generator: inout SeededGenerator) -> String {
        let number = "+4915110000\(Int.random(in: 10...14, using: &generator))"
        switch Int.random(in: 0..<8, using: &generator) {
        case 0:
            // Of one kind, so that another event may be the latest then.
            let kind = Bool.random(using: &generator) ? "suppressed" : "lifted"
            return """
                UPDATE outbox.suppression_event SET received_at = received_at - interval '3 days'
                WHERE number = '\(number)' AND kind = '\(kind)'
                """
        case 1:
            return "DELETE FROM outbox.suppression_event WHERE number = '\(number)'"
        default:
            let rows = (0..<3).map { _ in
                let account = ["a", "b", "c"].randomElement(using: &generator) ?? "a"
                let kind = Bool.random(using: &generator) ? "suppressed" : "lifted"
                let number = "+4915110000\(Int.random(in: 10...14, using: &generator))"
                let key = Int.random(in: 0..<1_000_000, using: &generator)
                let day = Int.random(in: 1...9, using: &generator)
                return
                    "('\(account)', '\(number)', 'nxtele', 'k\(key)', '\(kind)', '2026-01-0\(day)Z', gen_random_uuid(), 'w')"
            }
            return """
                INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, word)
                VALUES \(rows.joined(separator: ", "))
                """
        }
    }

    /// Where the view and the events themselves say different things.
    private static let differences = """
        WITH counted AS (
            SELECT l.account, count(*) FILTER (WHERE l.kind = 'suppressed') AS suppressed,
                   count(*) FILTER (WHERE l.kind = 'lifted') AS lifted, max(l.received_at) AS last_change_at
            FROM (SELECT DISTINCT ON (e.account, e.number) e.account, e.kind, e.received_at FROM outbox.suppression_event AS e
                  ORDER BY e.account, e.number, e.received_at DESC, e.kind DESC) AS l
            GROUP BY l.account
        )
        (TABLE counted EXCEPT TABLE monitor.suppressions) UNION ALL (TABLE monitor.suppressions EXCEPT TABLE counted)
        """
}
