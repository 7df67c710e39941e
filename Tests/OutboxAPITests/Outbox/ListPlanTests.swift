import Store
import TestSupport
import Testing

/// What a list reads must not depend on what the planner believes of the tables.
@Suite struct `The plan of a list` {
    /// So many of an account, with ids from a number on; nobody counts them but the test.
    private static func entries(of account: String, from first: Int) -> String {
        """
        ALTER TABLE outbox.entry SET (autovacuum_enabled = off);
        INSERT INTO outbox.entry
            (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost,
             currency, encoding, provider, status, delivery_state, created_at, tags)
        SELECT (lpad(to_hex(1790000000000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid, '\(account)', 'u',
               '+4915112345678', 'm', 's', 1, 1, 1, 'USD', 'gsm7', 'nxtele', 'sent', 'delivered', now(), '{t}'
        FROM generate_series(\(first), \(first) + 9999) AS n
        """
    }

    private static func log(of account: String, from first: Int, count: Int) -> String {
        """
        ALTER TABLE sms_log.entry SET (autovacuum_enabled = off);
        INSERT INTO sms_log.entry
            (account, event_id, webhook_id, received_at, direction, user_name, user_email, user_number, user_number_raw,
             external_number, external_number_raw, occurred_at_raw, body, content_hash)
        SELECT '\(account)', n::text,
               (lpad(to_hex(1790000000000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid, now(), 'SENT', '',
               '', '', '', '', '', '', '', 1
        FROM generate_series(\(first), \(first) + \(count) - 1) AS n
        """
    }

    /// Rows of a table and entries of its indexes that a statement reads as the API runs it.
    private static func read(
        _ table: String, by statement: String, _ types: String, _ values: String, of database: TestDatabase
    ) async throws -> Int {
        let lines = try await database.sql(
            """
            BEGIN;
            \(ReadInOrder.sql);
            PREPARE planned (\(types)) AS \(statement);
            EXECUTE planned (\(values));
            SELECT pg_stat_get_xact_tuples_returned('\(table)'::regclass)
                   + (SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) FROM pg_index AS i
                      WHERE i.indrelid = '\(table)'::regclass);
            ROLLBACK;
            """, user: "postroom_api")
        return try #require(lines.last.flatMap { Int($0) })
    }

    /// Looks with statistics of when there was only the first half, with none, and with true ones.
    private static func withEveryBelief(
        _ table: String, _ database: TestDatabase, first: String, second: String,
        _ look: (_ belief: String) async throws -> Void
    ) async throws {
        try await database.sql(first)
        try await database.sql("ANALYZE \(table)")
        try await database.sql(second)
        try await look("old statistics")
        try await database.sql("DELETE FROM pg_statistic WHERE starelid = '\(table)'::regclass")
        try await look("no statistics")
        try await database.sql("ANALYZE \(table)")
        try await look("true statistics")
    }

    @Test func `a step walks over as many entries as it may, and no more`() async throws {
        try await withTestDatabase { database in
            try await Self.withEveryBelief(
                "outbox.entry", database, first: Self.entries(of: "a", from: 0),
                second: Self.entries(of: "b", from: 10_000)
            ) { belief in
                let types = "text, uuid, uuid, text, text, text, timestamptz, timestamptz, bigint, bigint"
                let ids = "'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000'"
                let conditions = [
                    "NULL, 'failed', NULL, NULL, NULL", "'v', NULL, NULL, NULL, NULL", "NULL, NULL, 'o', NULL, NULL",
                    "NULL, 'failed', 't', NULL, NULL", "NULL, NULL, NULL, '2000-01-01Z', '2000-01-02Z'",
                    "'v', 'failed', 't', '2000-01-01Z', '2000-01-02Z'",
                ]
                for account in ["a", "b"] {
                    for condition in conditions {
                        let values = "'\(account)', \(ids), \(condition), 100, 51"
                        let read = try await Self.read("outbox.entry", by: WalkEntries.sql, types, values, of: database)
                        // What numbers them looks one ahead.
                        #expect((100...101).contains(read), "\(belief): \(values)")
                        let toNumber = try await Self.read(
                            "outbox.entry", by: WalkEntriesToNumber.sql, types + ", text",
                            values + ", '+4915112345678'",
                            of: database)
                        #expect((100...101).contains(toNumber), "\(belief): \(values)")
                    }
                    let values = "'\(account)', \(ids), NULL, NULL, NULL, NULL, NULL, 2000, 51"
                    let read = try await Self.read("outbox.entry", by: WalkEntries.sql, types, values, of: database)
                    #expect(read <= 52, "\(belief): a full page reads no further: \(read)")
                }
            }
        }
    }

    @Test func `a page of the log reads what it shows`() async throws {
        try await withTestDatabase { database in
            // So many that, where none are believed in, the key's index, which is lower, and a sort cost less by the plan.
            try await Self.withEveryBelief(
                "sms_log.entry", database, first: Self.log(of: "a", from: 0, count: 10_000),
                second: Self.log(of: "b", from: 10_000, count: 50_000)
            ) { belief in
                for account in ["a", "b"] {
                    for place in ["NULL, NULL", "'\(Self.middle(of: account))', '5'"] {
                        let read = try await Self.read(
                            "sms_log.entry", by: ListLogEntries.sql, "text, uuid, text, integer",
                            "'\(account)', \(place), 51", of: database)
                        #expect((51...52).contains(read), "\(belief): \(account) \(place)")
                    }
                }
            }
        }
    }

    private static func middle(of account: String) -> String {
        let number = account == "a" ? 5_000 : 15_000
        let time = String(1_790_000_000_000 + number, radix: 16)
        return String(repeating: "0", count: 12 - time.count) + time + "70008000" + String(repeating: "0", count: 12)
    }
}
