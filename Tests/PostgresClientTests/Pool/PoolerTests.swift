import Foundation
import PostgresClient
import TestSupport
import Testing

/// Runs the body with PgBouncer in transaction mode before the test server, with fewer connections than clients.
private func withPooler(
    poolSize: Int, _ body: (ConnectionConfiguration, TestDatabase) async throws -> Void
) async throws {
    let program = try #require(
        ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }, "the package pgbouncer is not installed")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pooler-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let port = try freePort()
    let words = try TestEnvironment.serverURL().split(separator: " ").filter {
        $0.hasPrefix("host=") || $0.hasPrefix("port=")
    }
    try "\"postgres\" \"\"\n".write(to: folder.appendingPathComponent("users.txt"), atomically: true, encoding: .utf8)
    try """
    [databases]
    * = \(words.joined(separator: " "))
    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = \(port)
    unix_socket_dir =
    auth_type = trust
    auth_file = \(folder.path)/users.txt
    pool_mode = transaction
    default_pool_size = \(poolSize)
    max_client_conn = 100
    logfile =
    pidfile =

    """.write(to: folder.appendingPathComponent("pgbouncer.ini"), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    // PgBouncer refuses root.
    let command = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", program]
    let words2 = (geteuid() == 0 ? command : [program]) + ["\(folder.path)/pgbouncer.ini"]
    try await withProcesses { processes in
        let pooler = try await processes.start(words2[0], name: "pgbouncer", arguments: Array(words2.dropFirst()))
        try await withTestDatabase(migrated: false) { database in
            let configuration = ConnectionConfiguration(
                connectionString: "host=127.0.0.1 port=\(port) dbname=\(database.name) user=postgres sslmode=disable "
                    + "gssencmode=disable")
            let probe = ConnectionPool(configuration, capacity: 1)
            try await eventually("PgBouncer answers: \(pooler.log)") {
                try await failure { try await probe.run(BackendNumber(), timeout: .seconds(2)) } == nil
            }
            await probe.close()
            try await body(configuration, database)
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
                                        try? inner.savepoint(deadline: deadline) {
                                            try $0.run(BrokenSQL(), deadline: deadline)
                                        }
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
                        for _ in 0..<40 { _ = try await pool.run(PreparedInsert(1), timeout: longTime) }
                        await pool.close()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.sql("SELECT sum(a) FROM t") == ["240"])
        }
    }

    @Test func `a deadline ends the statement on the server, too`() async throws {
        try await withPooler(poolSize: 2) { configuration, database in
            let pool = ConnectionPool(configuration, capacity: 1)
            let error = try await failure {
                try await pool.run(Sleep(milliseconds: 25_000), timeout: .milliseconds(400))
            }
            #expect(error?.reason == .deadlinePassed)
            try await eventually(within: .seconds(10), "the server has ended it") {
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
