import TestSupport
import Testing

@Suite struct LookupViewTests {
    @Test func `unclear attempts are shown while they are looked for, and no others`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            try await fixtures.insertAttempt(1, state: "unclear")
            try await fixtures.insertLookup(1, dueIn: 300, tries: 2)
            try await fixtures.insertAttempt(2, state: "accepted", providerMessageID: "p2")
            try await fixtures.insertLookup(2, dueIn: -5)
            try await fixtures.insertAttempt(3, state: "unclear")  // its deadline is over: no row to look for it
            try await fixtures.insertAttempt(4, state: "unclear")
            try await fixtures.insertLookup(4, dueIn: -1, isLeased: true)
            #expect(
                try await fixtures.view(
                    """
                    SELECT attempt_id, entry_id, account, provider, tries, deadline_at - next_look_at,
                           age_seconds BETWEEN 60 AND 3600, next_look_at > now(),
                           now() - dispatched_at >= interval '60 s'
                    FROM monitor.unclear_attempts ORDER BY attempt_id
                    """) == [
                        "\(fixtures.id(1, attempt: true))|\(fixtures.id(1))|default|nxtele|2|01:00:00|t|t|t",
                        "\(fixtures.id(4, attempt: true))|\(fixtures.id(4))|default|nxtele|0|01:00:00|t|f|t",
                    ])
        }
    }

    @Test func `attempts that were given up, however many, hide none that is still unclear`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            try await fixtures.insertAttempt(1, state: "unclear")
            try await fixtures.insertLookup(1, dueIn: -7_200)
            // Older ones of its entry, whose receipts may still come for days.
            try await database.sql(
                """
                WITH given_up AS (
                    INSERT INTO outbox.attempt
                        (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at, dispatched_at,
                         unclear_deadline_passed_at)
                    SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '\(fixtures.id(1))', 0, n + 1,
                           'nxtele', '+4915112345678', 'unclear', now(), now(), now()
                    FROM generate_series(1, 1001) AS n
                    RETURNING id, entry_id
                )
                INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at)
                SELECT g.id, g.entry_id, 'nxtele', 0, now(), now() + interval '2 days' FROM given_up AS g
                """)
            #expect(
                try await fixtures.view("SELECT attempt_id FROM monitor.unclear_attempts")
                    == [fixtures.id(1, attempt: true)])
            #expect(
                try await fixtures.view("SELECT ok FROM monitor.health WHERE name = 'unclear_are_settled'") == ["f"])
        }
    }

    /// Up to ten thousand of the unclear ones are looked at; those whose receipts are to come are no part of these.
    @Test func `sends whose receipts are to come, however many, hide none that is unclear`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            try await fixtures.insertAttempt(1, state: "unclear")
            try await fixtures.insertLookup(1, dueIn: 300)
            try await database.sql(
                """
                INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at)
                SELECT gen_random_uuid(), gen_random_uuid(), 'nxtele', 1, now(), now() + interval '1 min'
                FROM generate_series(1, 10000)
                """)
            #expect(
                try await fixtures.view("SELECT attempt_id FROM monitor.unclear_attempts")
                    == [fixtures.id(1, attempt: true)])
        }
    }

    @Test func `receipts are overdue once they were due and until one decides`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            /// State, seconds until due, times asked, ranks of receipts, whether it is overdue.
            let cases: [(state: String, dueIn: Int, tries: Int, ranks: [Int], isOverdue: Bool)] = [
                ("accepted", 300, 0, [], false), ("accepted", -300, 0, [], true), ("accepted", 300, 1, [], true),
                ("accepted", -300, 0, [1], true), ("accepted", -300, 0, [2], false),
                ("accepted", -300, 3, [1, 3], false),
                ("unclear", -300, 1, [], false),
            ]
            for (index, one) in cases.enumerated() {
                try await fixtures.insertAttempt(index, state: one.state, providerMessageID: "p\(index)")
                try await fixtures.insertLookup(index, dueIn: one.dueIn, tries: one.tries)
                for rank in one.ranks { try await fixtures.insertReceipt(index, rank: rank) }
            }
            // Accepted, and nobody looks for its receipt any more.
            try await fixtures.insertAttempt(cases.count, state: "accepted", providerMessageID: "gone")
            #expect(
                try await fixtures.view("SELECT provider_message_id FROM monitor.receipts_overdue ORDER BY 1")
                    == cases.enumerated().filter(\.element.isOverdue).map { "p\($0.offset)" })
            #expect(
                try await fixtures.view(
                    """
                    SELECT attempt_id, entry_id, account, provider, tries, overdue_since = next_look_at,
                           accepted_at - dispatched_at, deadline_at - next_look_at
                    FROM monitor.receipts_overdue WHERE provider_message_id IN ('p1', 'p2') ORDER BY 1
                    """) == [
                        "\(fixtures.id(1, attempt: true))|\(fixtures.id(1))|default|nxtele|0|t|00:00:30|01:00:00",
                        "\(fixtures.id(2, attempt: true))|\(fixtures.id(2))|default|nxtele|1||00:00:30|01:00:00",
                    ])
        }
    }

    @Test func `no view of these tells a number`() async throws {
        try await withTestDatabase { database in
            let columns = try await database.sql(
                """
                SELECT column_name FROM information_schema.columns
                WHERE table_schema = 'monitor' AND table_name IN ('unclear_attempts', 'receipts_overdue', 'balances')
                """)
            #expect(columns.count == 25, "\(columns)")
            #expect(
                !columns.contains { $0.contains("phone") || $0.contains("recipient") || $0.contains("message_text") })
        }
    }
}
