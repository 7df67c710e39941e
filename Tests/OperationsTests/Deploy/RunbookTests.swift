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
            let role = lines.compactMap { $0.firstMatch(of: /-- (postroom_operator|owner)/)?.output.1 }.first
            queries.append(
                Query(
                    sql: lines.joined(separator: "\n"),
                    role: role.map { $0 == "owner" ? "postgres" : String($0) } ?? "postroom_monitor"))
            lines = []
        }
        return queries
    }

    @Test func `every query runs as the role it is for`() async throws {
        let queries = try Self.queries()
        #expect(queries.count >= 20)
        #expect(Set(queries.map(\.role)) == ["postroom_monitor", "postroom_operator", "postgres"])
        try await withTestDatabase { database in
            for query in queries {
                let sql = query.sql.replacing("'DAY'", with: "'2026-11-22'").replacing("'SOURCE'", with: "'onoff-sms'")
                    .replacing("'ID'", with: "'0190a3c0-0000-7000-8000-000000000001'")
                    .replacing("'OUTBOX_ID'", with: "'0190a3c0-0000-7000-8000-000000000001'")
                _ = try await database.sql(sql, user: query.role)
            }
        }
    }

    @Test func `every query of sql/ops runs as the operator`() async throws {
        let folder = "\(TestEnvironment.root)/sql/ops"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
        #expect(files.count >= 5)
        try await withTestDatabase { database in
            for file in files {
                let sql = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
                    .replacing(":'entry'", with: "'0190a3c0-0000-7000-8000-000000000001'")
                _ = try await database.sql(sql, user: "postroom_operator")
            }
        }
    }
}
