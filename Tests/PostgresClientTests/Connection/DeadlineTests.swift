import PostgresClient
import TestSupport
import Testing

@Suite struct `Every wait ends at its deadline` {
    /// Statements that run in the database, beside the one that asks.
    private func running(_ database: TestDatabase) async throws -> String {
        try await database.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                + "AND pid <> pg_backend_pid() AND (state = 'active' OR xact_start IS NOT NULL)")[0]
    }

    @Test(arguments: [false, true])
    func `a statement's, and the server is told to end it`(inTransaction: Bool) async throws {
        try await withDatabase { configuration, database in
            let error = try await OwnThread().run {
                let connection = try Connection.open(configuration, deadline: .far)
                let start = ContinuousClock.now
                let error = try failure {
                    let sleep = Sleep(milliseconds: 25_000)
                    let deadline = Deadline.in(.milliseconds(300))
                    guard inTransaction else { return try connection.run(sleep, deadline: deadline) }
                    try connection.transaction(deadline: deadline) { try $0.run(sleep, deadline: deadline) }
                }
                let took = ContinuousClock.now - start
                #expect(took >= .milliseconds(300) && took < .seconds(20))
                #expect(!connection.isUsable)
                return error
            }
            #expect(error?.reason == .deadlinePassed)
            #expect(error?.effect == PostgresError.Effect.none)
            try await eventually("the server has ended it") {
                try await running(database) == "0"
            }
        }
    }

    @Test func `that of a write which commits itself too, but it is not cancelled`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let error = try await OwnThread().run {
                let connection = try Connection.open(configuration, deadline: .far)
                return try failure {
                    try connection.run(SleepAndWrite(milliseconds: 4_000), deadline: .in(.seconds(2)))
                }
            }
            #expect(error?.reason == .deadlinePassed)
            #expect(error?.effect == .unknown)
            // It happens all the same, as it may be committing already.
            try await eventually("it has happened") { try await database.sql("SELECT count(*) FROM t") == ["1"] }
        }
    }

    @Test func `a wait for a lock ends and leaves none behind`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            try await OwnThread().run {
                let holder = try Connection.open(configuration, deadline: .far)
                let waiter = try Connection.open(configuration, deadline: .far)
                try holder.script("BEGIN; LOCK TABLE t")
                let error = try failure {
                    try waiter.transaction(deadline: .in(.milliseconds(200))) { inner in
                        _ = try inner.run(Insert(1), deadline: .in(.milliseconds(200)))
                    }
                }
                #expect(error?.reason == .deadlinePassed)
                try holder.script("COMMIT")
            }
            try await eventually("nobody holds or wants the table") {
                try await database.sql("SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass") == ["0"]
            }
            #expect(try await database.sql("SELECT count(*) FROM t") == ["0"])
        }
    }

    @Test func `an answer without end ends`() async throws {
        struct Endless: Statement {
            static let access = StatementAccess.reads
            static let sql = "SELECT repeat('x', 1000) FROM generate_series(1, 100000000)"
            func decode(_ rows: Rows) throws(PostgresError) {}
        }
        try await withConnection { connection in
            let start = ContinuousClock.now
            let error = try failure { try connection.run(Endless(), deadline: .in(.milliseconds(300))) }
            #expect(error?.reason == .deadlinePassed)
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test func `a server that talks without end and reads nothing does not hold up what is sent`() async throws {
        let server = try TalkingServer()
        defer { server.close() }
        let error = try await OwnThread().run {
            let connection = try Connection.open(ConnectionConfiguration(connectionString: server.url), deadline: .far)
            // More than the sockets' buffers take.
            let script = String(repeating: " ", count: 64 << 20)
            return try failure { try connection.script(script, within: .milliseconds(300)) }
        }
        #expect(error?.reason == .deadlinePassed)
        #expect(error?.effect == .unknown)
    }

    @Test func `a deadline already over sends nothing and spares the connection`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let error = try failure { try connection.run(Insert(1), deadline: .in(.zero)) }
            #expect(error?.reason == .deadlinePassed)
            #expect(error?.effect == PostgresError.Effect.none)
            #expect(connection.isUsable)
            #expect(try connection.run(SumOfT(), deadline: .far) == 0)
        }
    }

    @Test func `a server that never answers a connection ends within the host's time`() async throws {
        let proxy = try Proxy(fromClient: { _ in .goSilent })
        defer { proxy.close() }
        try await withDatabase { configuration, database in
            var proxied = configuration
            proxied.connectionString = proxy.url(database)
            proxied.hostTimeout = .milliseconds(300)
            let error = try await OwnThread().run { [proxied] in
                let start = ContinuousClock.now
                let error = try failure { try Connection.open(proxied, deadline: .far) }
                #expect(ContinuousClock.now - start < .seconds(20))
                return error
            }
            #expect(error?.reason == .deadlinePassed)
            #expect(error?.effect == PostgresError.Effect.none)
        }
    }

    @Test func `its remaining time is never negative, and a later one is greater`() {
        let past = Deadline(.now.advanced(by: .seconds(-5)))
        #expect(past.remaining == .zero && past.hasPassed)
        #expect(past < .far && !Deadline.far.hasPassed)
        #expect(Deadline.in(.seconds(60)).remaining > .seconds(50))
    }
}
