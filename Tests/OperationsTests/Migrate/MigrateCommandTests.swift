import Operations
import TestSupport
import Testing

struct MigrateCommandTests {
    private struct Outcome {
        var exit: ChildExit?
        var lines: [String]
    }

    private func postroom(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Outcome {
        try await withProcesses { processes in
            let process = try await processes.start("postroom", arguments: arguments, environment: environment)
            let exit = await process.exit(within: .seconds(60))
            return Outcome(exit: exit, lines: process.lines)
        }
    }

    @Test func `it tells what it does, file by file with timing`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                let environment = ["DATABASE_URL": database.url, "POSTROOM_SQL_DIR": scripts.path]
                let dry = try await postroom(["migrate", "--dry-run"], environment)
                #expect(dry.exit == .code(0))
                #expect(
                    dry.lines == [
                        "3 numbered and 2 repeatable files in \(scripts.path)", "apply    0001_ops.sql",
                        "apply    0002_two.sql", "apply    0003_three.sql", "apply    monitor/a.sql",
                        "apply    roles.sql",
                        "Nothing was changed: this was a dry run.",
                    ])
                let run = try await postroom(["migrate"], environment)
                #expect(run.exit == .code(0))
                #expect(run.lines.count == 7)
                #expect(run.lines.dropFirst().first?.wholeMatch(of: /applied  0001_ops\.sql \([0-9]+ ms\)/) != nil)
                #expect(run.lines.last?.wholeMatch(of: /Done: 5 applied in [0-9]+ ms\./) != nil)
                let again = try await postroom(["migrate"], environment)
                #expect(again.lines.last == "Nothing to do.")
            }
        }
    }

    @Test func `a refusal is one sentence and code 1`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                _ = try await scripts.migrator(database).run { _ in }
                try scripts.write("0003_three.sql", nil)
                let run = try await postroom(["migrate", "--sql-dir", scripts.path], ["DATABASE_URL": database.url])
                #expect(run.exit == .code(1))
                #expect(run.lines.count == 2)
                #expect(
                    run.lines.last?.hasPrefix("Error: The database has migration 3 (three), which is not in") == true)
            }
        }
    }

    @Test(
        arguments: [
            (["migrate"], [:], 1, "DATABASE_URL: nothing was given"),
            (["migrate"], ["DATABASE_URL": "host=/nowhere password=hunter2"], 1, "Error: Postgres cannot be reached"),
            (["migrate"], ["DATABASE_URL": "postgres://u:hunter2@[x"], 1, "Error: DATABASE_URL cannot be read"),
            // A / in a password ends the address: what stands before it is taken for the port.
            (
                ["migrate"], ["DATABASE_URL": "postgres://localhost:hunter2/x@127.0.0.1:1/y"], 1,
                "DATABASE_URL cannot be used"
            ),
            (
                ["status"], ["DATABASE_URL": "postgres://localhost:hunter2/x@127.0.0.1:1/y"], 1,
                "DATABASE_URL cannot be used"
            ),
            (["migrate"], ["DATABASE_URL": "host=127.0.0.1 sslmode=hunter2"], 1, "DATABASE_URL cannot be used"),
            (["migrate", "--sql-dir", "/nowhere"], ["DATABASE_URL": "dbname=x"], 1, "Error: --sql-dir names /nowhere"),
            (["migrate", "--wrong"], [:], 64, "Error: Unknown option '--wrong'"),
            (["wrong"], [:], 64, "Error: Unexpected argument 'wrong'"),
        ] as [([String], [String: String], Int32, String)])
    func `what is wrong ends with a sentence, its code, and no password`(
        arguments: [String], environment: [String: String], code: Int32, sentence: String
    ) async throws {
        let run = try await postroom(arguments, environment)
        #expect(run.exit == .code(code))
        #expect(run.lines.contains { $0.contains(sentence) })
        #expect(!run.lines.contains { $0.contains("hunter2") })
    }
}
