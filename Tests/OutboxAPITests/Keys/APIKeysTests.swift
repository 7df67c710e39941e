import PostgresClient
import TestSupport
import Testing

@testable import OutboxAPI

/// Keys of which nothing is known, before a Postgres whose connections are busy while they come.
@Suite struct APIKeysTests {
    private static let longTime = Duration.seconds(60)

    /// Runs a test with a database in which each even number below 600 is a key of a user of its own, and look-ups are
    /// counted.
    private func run(
        waitersMax: Int = 256, log: TestLog = TestLog(),
        _ body: (TestDatabase, ConnectionPool, APIKeys) async throws -> Void
    ) async throws {
        try await withTestDatabase { database in
            // A function is called once for each statement, whatever that finds.
            try await database.sql(
                """
                INSERT INTO ops.api_key (id, hash, account, user_id, scopes)
                SELECT gen_random_uuid(), sha256(convert_to('k' || i, 'UTF8')), 'default', 'u' || i, '{send}'
                FROM generate_series(0, 599, 2) AS i;
                CREATE SEQUENCE public.look_ups MINVALUE 0 START 0;
                SELECT nextval('public.look_ups');
                ALTER TABLE ops.api_key RENAME TO true_key;
                CREATE FUNCTION ops.counted_keys() RETURNS SETOF ops.true_key LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                    PERFORM nextval('public.look_ups');
                    RETURN QUERY SELECT * FROM ops.true_key;
                END $$;
                CREATE VIEW ops.api_key AS SELECT * FROM ops.counted_keys();
                GRANT SELECT ON ops.api_key TO postroom_api;
                """)
            let pool = ConnectionPool(
                ConnectionConfiguration(connectionString: database.url(user: "postroom_api")), capacity: 1,
                waitersMax: waitersMax)
            try await body(database, pool, APIKeys(pool: pool, timeout: Self.longTime, log: log.logger))
            await pool.close()
        }
    }

    private func lookUps(_ database: TestDatabase) async throws -> Int? {
        Int(try await database.sql("SELECT last_value FROM public.look_ups")[0])
    }

    /// What is to be answered.
    private func expected(_ key: Int) -> APIKeys.Caller {
        key % 2 == 0 ? .known(Principal(account: "default", userID: "u\(key)", scopes: .send)) : .unknown
    }

    /// Lends the pool's connection until the returned closure is called.
    private func occupy(_ pool: ConnectionPool) async throws -> @Sendable () async throws -> Void {
        let (lent, isLent) = AsyncStream.makeStream(of: Void.self)
        let mayEnd = Flag()
        let holder = Task {
            try await pool.withConnection(timeout: Self.longTime) { _, deadline in
                isLent.finish()
                while !mayEnd.isSet, !deadline.hasPassed { Deadline.in(.milliseconds(5)).blockThread() }
            }
        }
        for await _ in lent {}
        return {
            mayEnd.set()
            try await holder.value
        }
    }

    @Test func `six hundred keys that come at once are answered by five look-ups, whoever has them`() async throws {
        try await run { database, pool, keys in
            let release = try await occupy(pool)
            let answers = try await withThrowingTaskGroup(of: (Int, APIKeys.Caller).self) { tasks in
                for key in 0..<600 { tasks.addTask { (key, await keys.caller("Bearer k\(key)")) } }
                try await eventually("all wait") { keys.waiterCount == 600 }
                try await release()
                return try await tasks.reduce(into: [Int: APIKeys.Caller]()) { $0[$1.0] = $1.1 }
            }
            for key in 0..<600 { #expect(answers[key] == expected(key)) }
            #expect(keys.waiterCount == 0)
            // Two of one key, which were under way, and three of the others.
            let count = try await lookUps(database)
            #expect(count == 5)
        }
    }

    @Test func `callers of one key share its look-up, also where the first of them goes away`() async throws {
        try await run { database, pool, keys in
            let release = try await occupy(pool)
            let first = Task { await keys.caller("Bearer k0") }
            try await eventually("it waits") { keys.waiterCount == 1 }
            let others = (1..<100).map { _ in Task { await keys.caller("Bearer k0") } }
            try await eventually("all wait") { keys.waiterCount == 100 }
            first.cancel()
            try await release()
            for other in others { #expect(await other.value == expected(0)) }
            #expect(await first.value == expected(0))
            let count = try await lookUps(database)
            #expect(count == 1)
        }
    }

    @Test func `a look-up that fails is unavailable to its own callers only`() async throws {
        // One look-up waits for the connection, and there is no place for another.
        try await run(waitersMax: 1) { database, pool, keys in
            let release = try await occupy(pool)
            let first = Task { await keys.caller("Bearer k0") }
            try await eventually("it waits for the connection") { pool.waiterCount == 1 }
            for key in 2...4 { #expect(await keys.caller("Bearer k\(key)") == .unavailable) }
            try await release()
            #expect(await first.value == expected(0))
            for key in 1...4 { #expect(await keys.caller("Bearer k\(key)") == expected(key)) }
            let count = try await lookUps(database)
            #expect(count == 5)
        }
    }

    @Test func `why keys cannot be looked up is told once in a while, and names none of them`() async throws {
        let log = TestLog()
        try await run(log: log) { database, _, keys in
            try await database.sql("REVOKE SELECT ON ops.api_key FROM postroom_api")
            for key in 0..<3 { #expect(await keys.caller("Bearer k\(key)") == .unavailable) }
            let lines = log.lines
            #expect(lines.count == 1, "\(lines)")
            #expect(
                lines.first?.hasPrefix("warning looking up API keys failed error=FindAPIKeys: ") == true, "\(lines)")
            #expect(lines.first?.contains("42501") == true, "\(lines)")
        }
    }
}
