import TestSupport

/// Rows for the tests of views, numbered: entry, attempt and lookup `n` belong together.
struct MonitorFixtures {
    let database: TestDatabase

    /// What is read by the role that the views are for, and may read nothing else.
    func view(_ query: String) async throws -> [String] {
        try await database.sql(query, user: "postroom_monitor")
    }

    /// The id of entry, attempt or lookup `n`.
    func id(_ number: Int, attempt: Bool = false) -> String {
        let digits = String(number)
        return "0190a3c0-0000-7000-800\(attempt ? 1 : 0)-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// An attempt in a state, dispatched a minute ago and, where accepted, accepted half a minute ago.
    func insertAttempt(_ number: Int, state: String, providerMessageID: String? = nil) async throws {
        try await database.sql(
            """
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                 total_cost, currency, encoding, provider, created_at)
            VALUES ('\(id(number))', 'default', 'u', '+4915112345678', 'm', 's', 1, 1, 1, 'USD', 'gsm7', 'nxtele', now())
            """)
        let messageID = providerMessageID.map { "'\($0)'" } ?? "NULL"
        try await database.sql(
            """
            INSERT INTO outbox.attempt
                (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, prepared_at,
                 dispatched_at, settled_at)
            VALUES ('\(id(number, attempt: true))', '\(id(number))', 0, 1, 'nxtele', '+4915112345678', '\(state)',
                    \(messageID), now(), now() - interval '60 s',
                    CASE WHEN '\(state)' = 'accepted' THEN now() - interval '30 s' END)
            """)
    }

    /// Its row in queue.lookup, due so many seconds from now; the deadline is an hour later.
    func insertLookup(_ number: Int, dueIn seconds: Int, tries: Int = 0, isLeased: Bool = false) async throws {
        try await database.sql(
            """
            INSERT INTO queue.lookup
                (attempt_id, entry_id, provider, priority, due_at, deadline_at, tries, lease_owner, lease_until)
            VALUES ('\(id(number, attempt: true))', '\(id(number))', 'nxtele',
                    CASE WHEN EXISTS (SELECT FROM outbox.attempt AS a
                                      WHERE a.id = '\(id(number, attempt: true))' AND a.state = 'unclear')
                    THEN 0 ELSE 1 END,
                    now() + interval '\(seconds) s', now() + interval '\(seconds + 3_600) s', \(tries),
                    \(isLeased ? "gen_random_uuid(), now() + interval '1 min'" : "NULL, NULL"))
            """)
    }

    /// A receipt of this rank for it.
    func insertReceipt(_ number: Int, rank: Int) async throws {
        try await database.sql(
            """
            INSERT INTO outbox.receipt
                (id, provider, source, account, received_at, message_id, phone, status, result, reported_time,
                 submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
            VALUES (gen_random_uuid(), 'nxtele', 'webhook', 'default', now(), 'm', '4915112345678', '2', '', '', '', '', 1,
                    \(rank), '\(id(number, attempt: true))', '\(id(number))', now())
            """)
    }
}
