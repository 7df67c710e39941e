import PostgresClient
import Store
import TestSupport
import Testing

@testable import Operations

private let everyFile = ["0001_ops.sql", "0002_two.sql", "0003_three.sql", "monitor/a.sql", "roles.sql"]

struct MigratorTests {
    @Test func `a fresh database gets every file, in order, with its checksum`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                let done = try await scripts.migrator(database).run { _ in }
                #expect(done.map(\.path) == everyFile)
                #expect(try await database.sql("SELECT file FROM public.run") == ["1", "2", "3", "a", "roles"])
                let rows = try await database.sql("SELECT number, name, checksum FROM ops.migration ORDER BY number")
                #expect(
                    try rows == [
                        "1|ops|\(scripts.checksum("0001_ops.sql"))", "2|two|\(scripts.checksum("0002_two.sql"))",
                        "3|three|\(scripts.checksum("0003_three.sql"))",
                    ])
                #expect(
                    try await database.sql("SELECT name, checksum FROM ops.repeatable ORDER BY name") == [
                        "monitor/a.sql|\(scripts.checksum("monitor/a.sql"))",
                        "roles.sql|\(scripts.checksum("roles.sql"))",
                    ])
            }
        }
    }

    @Test func `a second run finds nothing to do`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                _ = try await scripts.migrator(database).run { _ in }
                let log = EventLog()
                #expect(try await scripts.migrator(database).run(report: log.note).isEmpty)
                #expect(log.events.isEmpty)
                #expect(try await scripts.migrator(database).plan().isEmpty)
                #expect(try await database.sql("SELECT count(*) FROM public.run") == ["5"])
            }
        }
    }

    @Test func `a plan changes nothing`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                let planned = try await scripts.migrator(database).plan()
                #expect(planned.map(\.path) == everyFile)
                #expect(try await database.sql("SELECT to_regnamespace('ops') IS NULL") == ["t"])
            }
        }
    }

    @Test func `many migrators at once apply each file once`() async throws {
        try await withScripts { scripts in
            try scripts.write("0004_slow.sql", ScriptFolder.numbered(4, "slow", "SELECT pg_sleep(0.1);"))
            try await withTestDatabase(migrated: false) { database in
                let migrators = try (0..<6).map { _ in try scripts.migrator(database) }
                let done = try await withThrowingTaskGroup(of: [MigrationStep].self) { group in
                    for migrator in migrators { group.addTask { try await migrator.run { _ in } } }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(done.map(\.path).sorted() == (everyFile + ["0004_slow.sql"]).sorted())
                #expect(try await database.sql("SELECT file FROM public.run") == ["1", "2", "3", "4", "a", "roles"])
            }
        }
    }

    @Test func `what psql applied is adopted and not run again`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                try await applyByPsql(database.url, ["0001_ops.sql", "0002_two.sql"].map { "\(scripts.path)/\($0)" })
                let log = EventLog()
                let done = try await scripts.migrator(database).run(report: log.note)
                #expect(done.map(\.planLine).prefix(2).allSatisfy { $0.hasPrefix("adopt ") && $0.contains("psql") })
                #expect(done.map(\.path) == everyFile)
                #expect(log.events.map(\.description).first?.hasPrefix("adopted  0001_ops.sql: psql") == true)
                #expect(try await database.sql("SELECT file FROM public.run") == ["1", "2", "3", "a", "roles"])
                #expect(
                    try await database.sql("SELECT checksum FROM ops.migration WHERE number = 2")
                        == [scripts.checksum("0002_two.sql")])
                #expect(try await scripts.migrator(database).plan().isEmpty)
            }
        }
    }

    @Test func `a changed repeatable file runs again, alone`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                _ = try await scripts.migrator(database).run { _ in }
                try scripts.write("monitor/a.sql", "INSERT INTO public.run VALUES ('a2');")
                #expect(try await scripts.migrator(database).run { _ in }.map(\.path) == ["monitor/a.sql"])
                #expect(try await database.sql("SELECT file FROM public.run OFFSET 5") == ["a2"])
            }
        }
    }

    @Test func `roles follow every new number`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                _ = try await scripts.migrator(database).run { _ in }
                try scripts.write("0004_four.sql", ScriptFolder.numbered(4, "four"))
                let planned = try await scripts.migrator(database).plan().map(\.path)
                #expect(planned == ["0004_four.sql", "roles.sql"])
                #expect(try await scripts.migrator(database).run { _ in }.map(\.path) == planned)
                #expect(try await database.sql("SELECT file FROM public.run OFFSET 5") == ["4", "roles"])
            }
        }
    }
}
