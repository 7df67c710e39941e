import TestSupport
import Testing

extension EndToEnd {
    @Suite struct MigrateTests {
        @Test func `migrate shows what it would do, does it, and then has nothing to do`() async throws {
            try await withTestDatabase(migrated: false) { database in
                try await withProcesses { processes in
                    let command = Command(processes, url: database.url)
                    let plan = try await command.run("migrate", "--dry-run")
                    #expect(plan.end == "exit code 0", "\(plan.text)")
                    let planned = plan.lines.filter { $0.hasPrefix("apply ") }.map { $0.split(separator: " ")[1] }
                    #expect(planned.first == "0001_ops.sql" && planned.last == "roles.sql")
                    #expect(plan.lines.last == "Nothing was changed: this was a dry run.")
                    #expect(try await database.sql("SELECT to_regclass('ops.migration') IS NULL") == ["t"])

                    let first = try await command.run("migrate")
                    #expect(first.end == "exit code 0", "\(first.text)")
                    let applied = first.lines.filter { $0.hasPrefix("applied ") }.map { $0.split(separator: " ")[1] }
                    #expect(applied == planned)
                    #expect(first.lines.last?.hasPrefix("Done: \(planned.count) applied in ") == true)

                    for arguments in [["migrate"], ["migrate", "--dry-run"]] {
                        let again = try await command.run(arguments)
                        #expect(again.end == "exit code 0" && again.lines.last == "Nothing to do.", "\(again.text)")
                    }
                }
            }
        }

        @Test func `migrate of a server that is not there is a sentence and code 1`() async throws {
            try await withProcesses { processes in
                let command = Command(processes, url: "host=/var/empty dbname=postroom")
                let outcome = try await command.run("migrate")
                #expect(outcome.end == "exit code 1")
                #expect(outcome.text.contains("Postgres cannot be reached"), "\(outcome.text)")
            }
        }
    }
}
