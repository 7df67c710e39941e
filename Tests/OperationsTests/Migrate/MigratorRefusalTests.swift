import Operations
import PostgresClient
import Store
import TestSupport
import Testing

struct MigratorRefusalTests {
    @Test func `a changed file is refused before anything is done`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                _ = try await scripts.migrator(database).run { _ in }
                try scripts.write("0002_two.sql", ScriptFolder.numbered(2, "two", "-- One byte more."))
                try scripts.write("0004_four.sql", ScriptFolder.numbered(4, "four"))
                await #expect(throws: MigrateFailure.problem(.fileChanged(path: "0002_two.sql"))) {
                    try await scripts.migrator(database).run { _ in }
                }
                #expect(try await database.sql("SELECT count(*) FROM public.run") == ["5"])
            }
        }
    }

    @Test func `a database of a newer version is refused`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                _ = try await scripts.migrator(database).run { _ in }
                try scripts.write("0003_three.sql", nil)
                let failure = await #expect(throws: MigrateFailure.self) {
                    try await scripts.migrator(database).run { _ in }
                }
                #expect(failure == .problem(.fileMissing(number: 3, name: "three")))
                #expect(failure?.description.contains("newer version of Postroom") == true)
            }
        }
    }

    @Test func `a new database that does not hold every text is refused, and one in use is not`() async throws {
        let other = "UPDATE pg_database SET encoding = pg_char_to_encoding('LATIN1') WHERE datname = current_database()"
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                try await database.sql(other)
                let failure = await #expect(throws: MigrateFailure.self) {
                    try await scripts.migrator(database).run { _ in }
                }
                #expect(failure == .problem(.wrongEncoding("LATIN1")))
                #expect(try await database.sql("SELECT to_regnamespace('ops') IS NULL") == ["t"])
            }
            try await withTestDatabase(migrated: false) { database in
                _ = try await scripts.migrator(database).run { _ in }
                try await database.sql(other)
                #expect(try await scripts.migrator(database).run { _ in } == [])
            }
        }
    }

    @Test func `a file that fails is undone alone, and named with its line`() async throws {
        try await withScripts { scripts in
            let text = ScriptFolder.numbered(3, "three", "CREATE TABLE public.half ();\nSELECT nonsense;")
            try scripts.write("0003_three.sql", text)
            try await withTestDatabase(migrated: false) { database in
                let failure = await #expect(throws: MigrateFailure.self) {
                    try await scripts.migrator(database).run { _ in }
                }
                #expect(
                    failure?.description
                        == "0003_three.sql, line 5: Postgres refused it: column \"nonsense\" does not exist "
                        + "(SQLSTATE 42703). The file was rolled back.")
                #expect(try await database.sql("SELECT file FROM public.run") == ["1", "2"])
                #expect(try await database.sql("SELECT to_regclass('public.half') IS NULL") == ["t"])
                // The next run goes on behind what stands.
                try scripts.write("0003_three.sql", ScriptFolder.numbered(3, "three"))
                let done = try await scripts.migrator(database).run { _ in }
                #expect(done.map(\.path) == ["0003_three.sql", "monitor/a.sql", "roles.sql"])
            }
        }
    }

    @Test(arguments: ["", "INSERT INTO ops.migration (number, name) VALUES (2, 'other');"])
    func `a file that does not record itself is undone`(record: String) async throws {
        try await withScripts { scripts in
            try scripts.write("0002_two.sql", "BEGIN;\nCREATE TABLE public.half ();\n\(record)\nCOMMIT;")
            try await withTestDatabase(migrated: false) { database in
                await #expect(throws: MigrateFailure.problem(.notRecorded(path: "0002_two.sql"))) {
                    try await scripts.migrator(database).run { _ in }
                }
                let rows = try await database.sql("SELECT number, to_regclass('public.half') FROM ops.migration")
                #expect(rows == ["1|"])
            }
        }
    }

    @Test func `a server that is not there is told at once, without the password`() async throws {
        try await withScripts { scripts in
            let configuration = ConnectionConfiguration(
                connectionString: "host=\(scripts.path) dbname=x user=u password=hunter2")
            let migrator = Migrator(configuration, folder: try SQLFolder(path: scripts.path).read())
            let log = EventLog()
            let failure = await #expect(throws: MigrateFailure.self) { try await migrator.run(report: log.note) }
            #expect(failure?.description.hasPrefix("Postgres cannot be reached: ") == true)
            #expect(failure?.description.contains("hunter2") == false)
            #expect(log.events.isEmpty)
        }
    }
}
