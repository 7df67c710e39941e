import Foundation
import PostgresClient
import TestSupport
import Testing

/// Runs the body with PgBouncer in transaction mode before the test server, with fewer connections than clients.
private func withPooler(
    poolSize: Int, _ body: (ConnectionConfiguration, TestDatabase) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pooler-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(at: folder) }
    try await withProcesses { processes in
        let pooler = try TestPooler(processes, folder: folder.path, poolSize: poolSize)
        try await withTestDatabase(migrated: false) { database in
            try await pooler.start(database)
            try await body(ConnectionConfiguration(connectionString: pooler.url(database)), database)
        }
    }
}

@Suite struct `Behind PgBouncer in transaction mode` {
    @Test func `several clients share few sessions, in statements and transactions`() async throws {
        try await withPooler(poolSize: 2) { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pools = (0..<4).map { _ in ConnectionPool(configuration, capacity: 2) }
            let sessions = try await withThrowingTaskGroup(of: Set<Int32>.self) { group in
                for client in 0..<8 {
                    group.addTask {
                        var seen: Set<Int32> = []
                        for _ in 0..<25 {
                            let pool = pools[client % 4]
                            _ = try await pool.run(Insert(1), timeout: longTime)
                            seen.insert(
                                try await pool.withConnection(timeout: longTime) { connection, deadline in
                                    try connection.transaction(deadline: deadline) { inner in
                                        let number = try inner.run(BackendNumber(), deadline: deadline)
                                        _ = try inner.run(Insert(10), deadline: deadline)
                                        try inner.script("SAVEPOINT before")
                                        try? inner.run(BrokenSQL(), deadline: deadline)
                                        try inner.script("ROLLBACK TO SAVEPOINT before")
                                        // The same session to the end of the transaction.
                                        #expect(try inner.run(BackendNumber(), deadline: deadline) == number)
                                        return number
                                    }
                                })
                        }
                        return seen
                    }
                }
                return try await group.reduce(into: Set<Int32>()) { $0.formUnion($1) }
            }
            #expect(sessions.count <= 2)
            #expect(try await database.sql("SELECT sum(a) FROM t") == ["\(8 * 25 * 11)"])
            for pool in pools { await pool.close() }
        }
    }

    @Test func `prepared statements do their work, although the pooler mixes up who has which`() async throws {
        try await withPooler(poolSize: 2) { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let pool = ConnectionPool(configuration, capacity: 1)
                        for _ in 0..<20 {
                            _ = try await pool.run(PreparedInsert(1), timeout: longTime)
                            try await pool.withConnection(timeout: longTime) { connection, deadline in
                                try connection.transaction(deadline: deadline) {
                                    _ = try $0.run(Insert(1), deadline: deadline)
                                    _ = try $0.run(PreparedInsert(1), deadline: deadline)
                                }
                            }
                        }
                        await pool.close()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.sql("SELECT sum(a) FROM t") == ["360"])
        }
    }

    @Test func `a deadline ends the statement on the server, too`() async throws {
        try await withPooler(poolSize: 2) { configuration, database in
            let pool = ConnectionPool(configuration, capacity: 1)
            let error = try await failure {
                try await pool.run(Sleep(milliseconds: 25_000), timeout: .milliseconds(400))
            }
            #expect(error?.reason == .deadlinePassed)
            try await eventually("the server has ended it") {
                try await database.sql(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                        + "AND datname = current_database()") == ["0"]
            }
            #expect(try await pool.run(BackendNumber(), timeout: longTime) > 0)
        }
    }

    @Test func `a cancelled task ends its own statement and no other`() async throws {
        try await withPooler(poolSize: 1) { configuration, database in
            let pool = ConnectionPool(configuration, capacity: 2)
            let task = Task {
                try await failure { try await pool.run(Sleep(milliseconds: 25_000), timeout: longTime) }
            }
            try await eventually("it sleeps") {
                try await database.sql(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                        + "AND datname = current_database()") == ["1"]
            }
            task.cancel()
            #expect(try await task.value?.reason == .cancelled)
            for _ in 0..<10 { try await pool.run(Sleep(milliseconds: 5), timeout: longTime) }
        }
    }

    @Test func `a server session that dies leaves the effect of a commit unknown, and of a transaction none`()
        async throws
    {
        try await withPooler(poolSize: 1) { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pool = ConnectionPool(configuration, capacity: 1)
            let kill =
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                + "AND datname = current_database()"
            async let alone = failure { try await pool.run(SleepAndWrite(milliseconds: 25_000), timeout: longTime) }
            try await eventually { try await database.sql(kill) == ["1"] }
            #expect(try await alone?.effect == .unknown)
            async let within = failure {
                try await pool.withConnection(timeout: longTime) { connection, deadline in
                    try connection.transaction(deadline: deadline) { inner in
                        try inner.run(Sleep(milliseconds: 25_000), deadline: deadline)
                    }
                }
            }
            try await eventually { try await database.sql(kill) == ["1"] }
            #expect(try await within?.effect == PostgresError.Effect.none)
            #expect(try await within?.isTransient == true)
            #expect(try await pool.run(Insert(1), timeout: longTime) == 1)
        }
    }
}
