import TestSupport
import Testing

@testable import PostgresClient

@Suite struct `A cancelled task ends its statement` {
    /// Waits until a session of the database sleeps in `pg_sleep`.
    private func sleeping(_ database: TestDatabase) async throws {
        try await eventually("it sleeps") {
            try await database.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")
                == ["1"]
        }
    }

    @Test(arguments: [false, true])
    func `quickly, and the next borrower notices nothing`(inTransaction: Bool) async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pool = ConnectionPool(configuration, capacity: 1)
            let task = Task {
                try await failure {
                    try await pool.withConnection(timeout: longTime) { connection, deadline in
                        let sleep = Sleep(milliseconds: 25_000)
                        guard inTransaction else { return try connection.run(sleep, deadline: deadline) }
                        try connection.transaction(deadline: deadline) { inner in
                            _ = try inner.run(Insert(1), deadline: deadline)
                            try inner.run(sleep, deadline: deadline)
                        }
                    }
                }
            }
            try await sleeping(database)
            let start = ContinuousClock.now
            task.cancel()
            let error = try await task.value
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(error?.reason == .cancelled)
            #expect(error?.effect == PostgresError.Effect.none)
            for _ in 0..<20 { try await pool.run(Sleep(milliseconds: 2), timeout: longTime) }
            #expect(try await database.sql("SELECT count(*) FROM t") == ["0"])
        }
    }

    @Test func `or the one after it, where none was running`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pool = ConnectionPool(configuration, capacity: 1)
            let isBetween = Flag()
            let task = Task {
                try await failure {
                    try await pool.withConnection(timeout: longTime) { connection, deadline in
                        try connection.run(Sleep(milliseconds: 1), deadline: deadline)
                        isBetween.set()
                        // The request goes out on a thread of its own: only once it is through, the statement comes.
                        let canceller = connection.canceller
                        while canceller.answerDeadline == nil, !deadline.hasPassed {
                            Deadline.in(.milliseconds(5)).blockThread()
                        }
                        canceller.setCommitting(false)
                        _ = try connection.run(Insert(1), deadline: deadline)
                    }
                }
            }
            try await eventually { isBetween.isSet }
            task.cancel()
            #expect(try await task.value?.reason == .cancelled)
            #expect(try await database.sql("SELECT count(*) FROM t") == ["0"])
        }
    }

    @Test func `but never a write that commits itself`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pool = ConnectionPool(configuration, capacity: 1)
            let task = Task {
                try await failure { try await pool.run(SleepAndWrite(milliseconds: 700), timeout: longTime) }
            }
            try await sleeping(database)
            task.cancel()
            #expect(try await task.value == nil)
            #expect(try await database.sql("SELECT count(*) FROM t") == ["1"])
        }
    }

    @Test func `nor a commit`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql(
                """
                CREATE TABLE t (a integer);
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_sleep(0.7); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION slow()
                """)
            let pool = ConnectionPool(configuration, capacity: 1)
            let task = Task {
                try await failure {
                    try await pool.withConnection(timeout: longTime) { connection, deadline in
                        try connection.transaction(deadline: deadline) { try $0.run(Insert(1), deadline: deadline) }
                    }
                }
            }
            try await sleeping(database)
            task.cancel()
            #expect(try await task.value == nil)
            #expect(try await database.sql("SELECT count(*) FROM t") == ["1"])
        }
    }

    /// What is under way when the line begins to swallow everything.
    enum UnderWay: CaseIterable {
        case read, inTransaction, write
    }

    @Test(arguments: UnderWay.allCases)
    func `soon, also where the line swallows the answer`(_ what: UnderWay) async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let proxy = try FaultProxy(to: database.url)
            defer { proxy.close() }
            let swallowed = ConnectionConfiguration(
                connectionString: proxy.url(database: database.name, user: "postgres"))
            let pool = ConnectionPool(swallowed, capacity: 1)
            let task = Task {
                try await failure {
                    // Far longer than it may take, so that what ends it is the cancel.
                    try await pool.withConnection(timeout: .seconds(600)) { connection, deadline in
                        switch what {
                        case .read: try connection.run(Sleep(milliseconds: 600_000), deadline: deadline)
                        case .write: try connection.run(SleepAndWrite(milliseconds: 600_000), deadline: deadline)
                        case .inTransaction:
                            try connection.transaction(deadline: deadline) { inner in
                                try inner.run(Sleep(milliseconds: 600_000), deadline: deadline)
                            }
                        }
                    }
                }
            }
            try await sleeping(database)
            proxy.begin(.blackHole)
            let start = ContinuousClock.now
            task.cancel()
            let error = try await task.value
            #expect(ContinuousClock.now - start < .seconds(60))
            #expect(error?.reason == .cancelled)
            #expect(error?.effect == (what == .write ? .unknown : PostgresError.Effect.none))
            // The next borrower has a connection of its own again.
            proxy.end()
            try await pool.run(Sleep(milliseconds: 1), timeout: longTime)
        }
    }

    @Test func `at any moment: what is told is what happened`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pool = ConnectionPool(configuration, capacity: 2)
            var random = SeededGenerator(seed: 11)
            var (done, cancelled) = (0, 0)
            for _ in 0..<120 {
                let task = Task {
                    try await failure {
                        try await pool.withConnection(timeout: longTime) { connection, deadline in
                            try connection.transaction(deadline: deadline) { inner in
                                for _ in 0..<3 { _ = try inner.run(Insert(1), deadline: deadline) }
                            }
                        }
                    }
                }
                try await Task.sleep(for: .microseconds(Int64.random(in: 0...4_000, using: &random)))
                task.cancel()
                switch try await task.value?.reason {
                case nil: done += 1
                case .cancelled: cancelled += 1
                case let other: Issue.record("neither done nor cancelled: \(String(describing: other))")
                }
            }
            #expect(try await database.sql("SELECT count(*) FROM t") == ["\(done * 3)"])
            #expect(done + cancelled == 120)
        }
    }

    @Test func `a cancel long past does not colour the server's own time-out`() async throws {
        try await withConnection { connection in
            connection.canceller.cancel()
            let refused = try failure { try connection.run(Sleep(milliseconds: 1), deadline: .far) }
            #expect(refused?.reason == .cancelled)
            try connection.script("SET statement_timeout = '100ms'")
            let error = try failure { try connection.run(Sleep(milliseconds: 25_000), deadline: .far) }
            #expect(error?.sqlState == .queryCanceled, "\(error.debugDescription)")
            #expect(connection.isUsable)
        }
    }
}
