import Foundation
import TestSupport
import Testing

/// The runbook knows every rule that can be red, and its queries run.
@Suite struct RunbookTests {
    private static func text() throws -> String {
        try String(contentsOfFile: "\(TestEnvironment.root)/deploy/runbook.md", encoding: .utf8)
    }

    @Test func `every rule of monitor.health has a heading`() async throws {
        let headings = try Self.text().split(separator: "\n").filter { $0.hasPrefix("## ") }
        let named = Set(headings.flatMap { $0.dropFirst(3).split(separator: ", ").map(String.init) })
        try await withTestDatabase { database in
            let rules = try await database.sql("SELECT name FROM monitor.health")
            #expect(rules.count >= 20)
            for rule in rules { #expect(named.contains(rule), "\(rule) is not in the runbook") }
        }
    }

    /// A statement as it stands there, and who may run it.
    private struct Query {
        var sql: String
        var role: String
    }

    /// What is indented and begins as SQL does, to the semicolon. The comment at a line's end names the role.
    private static func queries() throws -> [Query] {
        var queries: [Query] = []
        var lines: [Substring] = []
        for line in try text().split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.drop { $0 == " " }
            let begins = ["SELECT ", "SHOW ", "UPDATE ", "INSERT "].contains { words.hasPrefix($0) }
            guard line.hasPrefix("    "), !lines.isEmpty || begins else {
                lines = []
                continue
            }
            lines.append(words)
            let code = words.firstRange(of: "--").map { words[..<$0.lowerBound] } ?? words
            guard code.trimmingCharacters(in: .whitespaces).hasSuffix(";") else { continue }
            let role = lines.compactMap { $0.firstMatch(of: /-- (postroom_operator|owner|superuser)/)?.output.1 }.first
            queries.append(
                Query(
                    sql: lines.joined(separator: "\n"),
                    role: role.map { $0 == "postroom_operator" ? String($0) : "postgres" } ?? "postroom_monitor"))
            lines = []
        }
        return queries
    }

    /// The query with something in the places of what its reader fills in.
    private static func filled(_ sql: String) -> String {
        let id = "'0190a3c0-0000-7000-8000-000000000001'"
        return sql.replacing("'DAY'", with: "'2026-11-22'").replacing("'SOURCE'", with: "'onoff-sms'")
            .replacing("'ID'", with: id).replacing("'OUTBOX_ID'", with: id)
    }

    @Test func `every query runs as the role it is for`() async throws {
        let queries = try Self.queries()
        #expect(queries.count >= 20)
        #expect(Set(queries.map(\.role)) == ["postroom_monitor", "postroom_operator", "postgres"])
        try await withTestDatabase { database in
            for query in queries {
                _ = try await database.sql(Self.filled(query.sql), user: query.role)
            }
        }
    }

    /// The tables of a plan that are read whole and are not small: one that has grown costs 500 and more, empty days of the
    /// inbox and the catalogue below 50.
    private static func readsWhole(_ plan: [String]) -> [String] {
        plan.compactMap { line in
            guard let found = line.firstMatch(of: #/Seq Scan on ([a-z_0-9]+).*cost=[0-9.]+\.\.([0-9.]+) /#)?.output,
                Double(found.2) ?? 0 > 200
            else { return nil }
            return String(found.1)
        }
    }

    @Test func `no query of the runbook, nor the one for a message, reads a table that grows with traffic whole`()
        async throws
    {
        try await withTestDatabase { database in
            try await GrownTables.fill(database)
            let message = try Self.message("'0190a3c0-0000-7000-8000-000000000001'")
            let queries = try Self.queries().filter { $0.sql.hasPrefix("SELECT ") && $0.sql.count { $0 == ";" } == 1 }
            #expect(queries.count >= 20)
            for sql in queries.map({ Self.filled($0.sql) }) + [message] {
                let plan = try await database.sql("EXPLAIN \(sql)")
                #expect(!plan.isEmpty && Self.readsWhole(plan) == [], "\(sql)")
            }
            #expect(
                Self.readsWhole(try await database.sql("EXPLAIN SELECT * FROM outbox.receipt WHERE message_id = 'm'"))
                    == ["receipt"])
        }
    }

    /// `sql/ops/message.sql`, asked for this.
    private static func message(_ of: String) throws -> String {
        try String(contentsOfFile: "\(TestEnvironment.root)/sql/ops/message.sql", encoding: .utf8)
            .replacing(":'message'", with: of)
    }

    @Test func `a message's story is told by whatever is known of it, in order`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            for number in [1, 2] {
                try await fixtures.insertAttempt(number, state: "accepted", providerMessageID: "m\(number)")
            }
            try await fixtures.insertLookup(1, dueIn: 60)
            try await database.sql(
                """
                UPDATE outbox.entry SET created_at = now() - interval '2 min', status = 'failed',
                                        delivery_state = 'undelivered', error_details = 'It failed.';
                UPDATE outbox.entry SET recipient_phone_number = '+4915100000002' WHERE id = '\(fixtures.id(2))';
                INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
                SELECT 'default', 1, 'charge', -1, -1, '\(fixtures.id(1))', 0, 0;
                UPDATE billing.ledger_entry SET created_at = now() - interval '2 min';
                INSERT INTO alert.notification (id, account, kind, event_count, data, first_at, last_at)
                SELECT (left(ops.time_lowest_id(now())::text, 18) || '-8000-00000000000' || n.place)::uuid, 'default',
                       'sms.failed', 1, n.data, now(), now()
                FROM (VALUES (1, jsonb_build_object('outboxId', '\(fixtures.id(1))')),
                             (2, jsonb_build_object('subjects', jsonb_build_array('a', '\(fixtures.id(2))'))),
                             (3, '{}')) AS n (place, data)
                """)
            try await fixtures.insertReceipt(1, rank: 2)
            try await database.sql("UPDATE outbox.receipt SET received_at = now() - interval '10 s'")
            let story = ["entry", "charge", "attempt 0.1", "receipt", "sms.failed", "to be looked up"]
            for name in [fixtures.id(1), fixtures.id(1, attempt: true), "m1", " +4915112345678"] {
                let rows = try await database.sql(try Self.message("'\(name)'"), user: "postroom_operator")
                #expect(rows.map { String($0.split(separator: "|")[2]) } == story, "\(name): \(rows)")
                #expect(rows.allSatisfy { $0.hasPrefix(fixtures.id(1)) })
            }
            let other = try await database.sql(try Self.message("'m2'"), user: "postroom_operator")
            #expect(other.map { String($0.split(separator: "|")[2]) } == ["entry", "attempt 0.1", "sms.failed"])
            #expect(other.first?.contains("failed/undelivered, It failed.") == true)
            #expect(try await database.sql(try Self.message("'it''s nothing'"), user: "postroom_operator") == [])
        }
    }

    @Test func `every query of sql/ops runs as the operator`() async throws {
        let folder = "\(TestEnvironment.root)/sql/ops"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
        #expect(files.count >= 7)
        try await withTestDatabase { database in
            for file in files where file != "erase.sql" {  // the owner's: PersonTests
                let sql = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
                    .replacing(":'entry'", with: "'0190a3c0-0000-7000-8000-000000000001'")
                    .replacing(":'message'", with: "'0190a3c0-0000-7000-8000-000000000001'")
                    .replacing(":'number'", with: "'+4915112345678'")
                _ = try await database.sql(sql, user: "postroom_operator")
            }
        }
    }
}
