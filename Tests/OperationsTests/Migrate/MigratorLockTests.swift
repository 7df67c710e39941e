import PostgresClient
import Store
import TestSupport
import Testing

@testable import Operations

/// Somebody else's transaction, open until it is ended.
private func holder(_ database: TestDatabase, _ sql: String) async throws -> Session {
    let session = Session(database.url)
    try await session.script("BEGIN; \(sql)")
    return session
}

struct MigratorLockTests {
    private static let touchesRun = ScriptFolder.numbered(4, "four", "ALTER TABLE public.other ADD COLUMN x integer;")

    private func prepare(_ scripts: ScriptFolder, _ database: TestDatabase) async throws {
        _ = try await scripts.migrator(database).run { _ in }
        try await database.sql("CREATE TABLE public.other ()")
        try scripts.write("0004_four.sql", Self.touchesRun)
    }

    @Test func `a held lock is given up on after the tries, with nothing done`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                try await prepare(scripts, database)
                let other = try await holder(database, "LOCK TABLE public.other IN ACCESS SHARE MODE")
                let limits = MigratorLimits(
                    lockTimeout: .milliseconds(30), triesMax: 3, pause: .milliseconds(1), fileTimeout: .seconds(20))
                let log = EventLog()
                let failure = await #expect(throws: MigrateFailure.self) {
                    try await scripts.migrator(database, limits: limits).run(report: log.note)
                }
                #expect(failure == .lockHeld(path: "0004_four.sql", tries: 3))
                let reason = "a lock it needs is held"
                #expect(
                    log.events == [
                        .retrying(path: "0004_four.sql", reason: reason, nextTry: 2, triesMax: 3),
                        .retrying(path: "0004_four.sql", reason: reason, nextTry: 3, triesMax: 3),
                    ])
                await other.close()
                #expect(try await database.sql("SELECT max(number) FROM ops.migration") == ["3"])
            }
        }
    }

    @Test func `a lock that is released in time is waited for in short turns`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                try await prepare(scripts, database)
                let other = try await holder(database, "LOCK TABLE public.other IN ACCESS SHARE MODE")
                let limits = MigratorLimits(
                    lockTimeout: .milliseconds(30), triesMax: 1_000, pause: .milliseconds(5), fileTimeout: .seconds(20))
                let log = EventLog()
                async let done = scripts.migrator(database, limits: limits).run(report: log.note)
                try await eventually("it has tried again and again") { log.events.count > 2 }
                await other.close()
                #expect(try await done.map(\.path) == ["0004_four.sql", "roles.sql"])
            }
        }
    }

    @Test func `another migrator is waited for, whatever lock_timeout the database has`() async throws {
        try await withScripts { scripts in
            try await withTestDatabase(migrated: false) { database in
                try await database.sql("ALTER DATABASE \(database.name) SET lock_timeout = '20ms'")
                // "POSTROOM" in ASCII.
                let other = try await holder(database, "SELECT FROM pg_advisory_xact_lock(5786935667817664333)")
                let log = EventLog()
                async let done = scripts.migrator(database).run(report: log.note)
                try await eventually("it has waited longer than that") {
                    try await database.sql(
                        """
                        SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
                        WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()
                          AND l.waitstart < clock_timestamp() - interval '200 ms'
                        """) == ["1"]
                }
                await other.close()
                #expect(try await done.count == 5)
                #expect(log.events.first == .waiting)
                #expect(log.events.filter { $0 == .waiting }.count == 1)
            }
        }
    }

    @Test func `statements have the bound on locks and no other`() async throws {
        let report = "INSERT INTO public.run VALUES (current_setting('lock_timeout')), "
        try await withScripts { scripts in
            try scripts.write(
                "0002_two.sql", ScriptFolder.numbered(2, "two", "\(report) (current_setting('statement_timeout'));"))
            try await withTestDatabase(migrated: false) { database in
                try await database.sql("ALTER DATABASE \(database.name) SET statement_timeout = '50s'")
                _ = try await scripts.migrator(database).run { _ in }
                #expect(try await database.sql("SELECT file FROM public.run OFFSET 2 LIMIT 2") == ["5s", "0"])
            }
        }
    }
}
