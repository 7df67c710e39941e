import PostgresClient
import TestSupport
import Testing

@Suite struct `A pool lends a bounded number of connections` {
    @Test func `never more than its capacity, and each to one at a time`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pool = ConnectionPool(configuration, capacity: 3)
            let lent = Shared((now: 0, most: 0))
            let numbers = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await pool.withConnection(timeout: longTime) { connection, deadline in
                            lent.change {
                                $0.now += 1
                                $0.most = max($0.most, $0.now)
                            }
                            defer { lent.change { $0.now -= 1 } }
                            _ = try connection.run(Insert(1), deadline: deadline)
                            return try connection.run(BackendNumber(), deadline: deadline)
                        }
                    }
                }
                return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
            }
            #expect(numbers.count <= 3)
            #expect(lent.value.most <= 3)
            #expect(try await database.sql("SELECT sum(a) FROM t") == ["60"])
            await pool.close()
        }
    }

    @Test func `a connection is made when it is first needed, and kept`() async throws {
        try await withDatabase { configuration, database in
            let pool = ConnectionPool(configuration, capacity: 4)
            let others =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
                + "pg_backend_pid() AND backend_type = 'client backend' AND application_name <> 'psql'"
            #expect(try await database.sql(others) == ["0"])
            let first = try await pool.run(BackendNumber(), timeout: longTime)
            #expect(try await pool.run(BackendNumber(), timeout: longTime) == first)
            #expect(try await database.sql(others) == ["1"])
            await pool.close()
            try await eventually("it is gone") { try await database.sql(others) == ["0"] }
        }
    }

    /// A pool of one whose connection is lent until the returned closure is called.
    private func busy(
        _ configuration: ConnectionConfiguration, waitersMax: Int
    ) async throws -> (pool: ConnectionPool, end: @Sendable () async throws -> Void) {
        let pool = ConnectionPool(configuration, capacity: 1, waitersMax: waitersMax)
        let (isLent, mayEnd) = (Flag(), Flag())
        let holder = Task {
            try await pool.withConnection(timeout: longTime) { _, deadline in
                isLent.set()
                while !mayEnd.isSet, !deadline.hasPassed { Deadline.in(.milliseconds(5)).blockThread() }
            }
        }
        try await eventually("the connection is lent") { isLent.isSet }
        return (
            pool,
            {
                mayEnd.set()
                try await holder.value
            }
        )
    }

    @Test func `whoever comes beyond the waiting room is refused at once`() async throws {
        try await withDatabase { configuration, _ in
            let (pool, end) = try await busy(configuration, waitersMax: 0)
            let start = ContinuousClock.now
            let error = try await failure { try await pool.run(BackendNumber(), timeout: longTime) }
            #expect(error?.reason == .poolExhausted)
            #expect(error?.effect == PostgresError.Effect.none)
            #expect(error?.isTransient == true)
            #expect(ContinuousClock.now - start < .seconds(20))
            try await end()
            #expect(try await pool.run(BackendNumber(), timeout: longTime) > 0)
        }
    }

    @Test func `whoever waits is served in order, and nobody is lost`() async throws {
        try await withDatabase { configuration, _ in
            let (pool, end) = try await busy(configuration, waitersMax: 50)
            let served = Shared<[Int]>([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    let isWaiting = Flag()
                    group.addTask {
                        isWaiting.set()
                        try await pool.withConnection(timeout: longTime) { _, _ in served.change { $0.append(number) } }
                    }
                    try await eventually { isWaiting.isSet && pool.waiterCount == number + 1 }
                }
                try await end()
                try await group.waitForAll()
            }
            #expect(served.value == Array(0..<20))
        }
    }

    @Test func `a wait ends at its time, and the place goes to the next`() async throws {
        try await withDatabase { configuration, _ in
            let (pool, end) = try await busy(configuration, waitersMax: 1)
            let start = ContinuousClock.now
            let error = try await failure { try await pool.run(BackendNumber(), timeout: .milliseconds(200)) }
            #expect(error?.reason == .poolExhausted)
            let took = ContinuousClock.now - start
            #expect(took >= .milliseconds(200) && took < .seconds(20))
            #expect(pool.waiterCount == 0)
            try await end()
            #expect(try await pool.run(BackendNumber(), timeout: longTime) > 0)
        }
    }

    @Test func `a wait that is cancelled ends, and takes no connection with it`() async throws {
        try await withDatabase { configuration, _ in
            let (pool, end) = try await busy(configuration, waitersMax: 5)
            let waiter = Task { try await failure { try await pool.run(BackendNumber(), timeout: longTime) } }
            try await eventually { pool.waiterCount == 1 }
            let start = ContinuousClock.now
            waiter.cancel()
            #expect(try await waiter.value?.reason == .cancelled)
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(pool.waiterCount == 0)
            try await end()
            #expect(try await pool.run(BackendNumber(), timeout: longTime) > 0)
        }
    }

    @Test func `a task cancelled before it asks gets nothing`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pool = ConnectionPool(configuration, capacity: 1)
            let task = Task {
                // Cancelled below, before it goes on.
                try? await Task.sleep(for: longTime)
                return try await failure { try await pool.run(Insert(1), timeout: longTime) }
            }
            task.cancel()
            #expect(try await task.value?.reason == .cancelled)
            #expect(try await database.sql("SELECT count(*) FROM t") == ["0"])
        }
    }

    @Test func `a closed pool refuses those who wait and those who come, and finishes what is lent`() async throws {
        try await withDatabase { configuration, database in
            let (pool, end) = try await busy(configuration, waitersMax: 5)
            let waiter = Task { try await failure { try await pool.run(BackendNumber(), timeout: longTime) } }
            try await eventually { pool.waiterCount == 1 }
            await pool.close()
            #expect(try await waiter.value?.reason == .closed)
            #expect(try await failure { try await pool.run(BackendNumber(), timeout: longTime) }?.reason == .closed)
            try await end()
            try await eventually("the lent connection is closed") {
                try await database.sql(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
                        + "pg_backend_pid()") == ["0"]
            }
        }
    }

    @Test func `a connection that broke is replaced for the next borrower`() async throws {
        try await withDatabase { configuration, database in
            let pool = ConnectionPool(configuration, capacity: 1)
            let first = try await pool.run(BackendNumber(), timeout: longTime)
            try await database.sql("SELECT pg_terminate_backend(\(first), 5000)")
            let error = try await failure { try await pool.run(BackendNumber(), timeout: longTime) }
            #expect(error == nil || error?.isTransient == true)
            #expect(try await pool.run(BackendNumber(), timeout: longTime) != first)
        }
    }

    @Test func `what cannot connect says so, and gives its place back`() async throws {
        let closed = try freePort()
        let pool = ConnectionPool(
            ConnectionConfiguration(connectionString: "host=127.0.0.1 port=\(closed) user=u dbname=d"), capacity: 1,
            waitersMax: 0)
        for _ in 0..<3 {
            let error = try await failure { try await pool.run(BackendNumber(), timeout: longTime) }
            #expect(error?.reason == .connectionLost)
            #expect(error?.effect == PostgresError.Effect.none)
        }
    }

    @Test func `a transaction left open is no gift for the next borrower`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let pool = ConnectionPool(configuration, capacity: 1)
            try await pool.withConnection(timeout: longTime) { connection, deadline in
                try connection.script("BEGIN")
                _ = try connection.run(Insert(1), deadline: deadline)
            }
            _ = try await pool.run(Insert(10), timeout: longTime)
            #expect(try await database.sql("SELECT sum(a) FROM t") == ["10"])
        }
    }
}
