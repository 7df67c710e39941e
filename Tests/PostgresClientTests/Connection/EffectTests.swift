import TestSupport
import Testing

@testable import PostgresClient

/// A rule that lets bytes pass until a text is seen.
private func until(_ text: String, _ action: @escaping @Sendable ([UInt8]) -> Proxy.Action) -> Proxy.Rule {
    let seen = Flag()
    return { bytes in
        if seen.isSet || bytes.holds(text) {
            seen.set()
            return action(bytes)
        }
        return .pass(bytes)
    }
}

@Suite struct `After a lost connection the error says whether it may have happened` {
    /// Runs a body through a proxy, on a database with a table `t`; then counts what reached it.
    private func through(
        _ proxy: Proxy, _ body: @escaping @Sendable (Connection) throws -> PostgresError?
    ) async throws -> (error: PostgresError?, sum: Int) {
        defer { proxy.close() }
        return try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            var proxied = configuration
            proxied.connectionString = proxy.url(database)
            let error = try await OwnThread().run { [proxied] in
                let connection = try Connection.open(proxied, deadline: .far)
                let error = try body(connection)
                #expect(!connection.isUsable)
                return error
            }
            // The server may still be at it.
            try await eventually("no session is left") {
                try await database.sql(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                        + "AND pid <> pg_backend_pid() AND state <> 'idle'") == ["0"]
            }
            return (error, Int(try await database.sql("SELECT coalesce(sum(a), 0) FROM t")[0]) ?? -1)
        }
    }

    @Test func `unknown where the answer to a write is lost, and it did happen`() async throws {
        let wrote = Flag()
        let proxy = try Proxy(
            fromClient: {
                if $0.holds("INSERT") { wrote.set() }
                return .pass($0)
            },
            fromServer: { wrote.isSet ? .cut : .pass($0) })
        let (error, sum) = try await through(proxy) { connection in
            try failure { try connection.run(Insert(7), deadline: .far) }
        }
        #expect(error?.reason == .connectionLost)
        #expect(error?.effect == .unknown)
        #expect(sum == 7)
    }

    @Test func `unknown where the write itself is lost, as nobody can tell`() async throws {
        let proxy = try Proxy(fromClient: until("INSERT") { _ in .cut })
        let (error, sum) = try await through(proxy) { connection in
            try failure { try connection.run(Insert(7), deadline: .far) }
        }
        #expect(error?.reason == .connectionLost)
        #expect(error?.effect == .unknown)
        #expect(sum == 0)
    }

    @Test func `none where the connection had ended before the commit was sent`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let error = try await OwnThread().run {
                let killer = try Connection.open(configuration, deadline: .far)
                let connection = try Connection.open(configuration, deadline: .far)
                let number = try connection.run(BackendNumber(), deadline: .far)
                return try failure {
                    try connection.transaction(deadline: .far) { connection in
                        _ = try connection.run(Insert(7), deadline: .far)
                        try killer.script("SELECT pg_terminate_backend(\(number), 60000)")
                    }
                }
            }
            #expect(error?.reason == .connectionLost)
            #expect(error?.effect == PostgresError.Effect.none)
            #expect(try await database.sql("SELECT count(*) FROM t") == ["0"])
        }
    }

    @Test func `what the server says unasked is no end`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            try await OwnThread().run {
                let other = try Connection.open(configuration, deadline: .far)
                let connection = try Connection.open(configuration, deadline: .far)
                try connection.script("LISTEN news")
                try other.script("NOTIFY news")
                #expect(
                    Socket.wait(connection.connection, forReading: true, forWriting: false, until: .far) == .ready)
                _ = try connection.run(Insert(8), deadline: .far)
                #expect(connection.isUsable)
            }
            #expect(try await database.sql("SELECT a FROM t") == ["8"])
        }
    }

    @Test func `none where a read is lost`() async throws {
        let proxy = try Proxy(fromClient: until("sum(a)") { _ in .cut })
        let (error, _) = try await through(proxy) { connection in
            try failure { try connection.run(SumOfT(), deadline: .far) }
        }
        #expect(error?.reason == .connectionLost)
        #expect(error?.effect == PostgresError.Effect.none)
    }

    @Test func `none where a statement within a transaction is lost`() async throws {
        let proxy = try Proxy(fromClient: until("INSERT") { _ in .cut })
        let (error, sum) = try await through(proxy) { connection in
            try failure {
                try connection.transaction(deadline: .far) { inner in _ = try inner.run(Insert(7), deadline: .far) }
            }
        }
        #expect(error?.reason == .connectionLost)
        #expect(error?.statement == "Insert")
        #expect(error?.effect == PostgresError.Effect.none)
        #expect(sum == 0)
    }

    @Test func `unknown where the answer to COMMIT is lost, and it did happen`() async throws {
        let committed = Flag()
        let proxy = try Proxy(
            fromClient: {
                if $0.holds("COMMIT\0") { committed.set() }
                return .pass($0)
            },
            fromServer: { committed.isSet ? .cut : .pass($0) })
        let (error, sum) = try await through(proxy) { connection in
            try failure {
                try connection.transaction(deadline: .far) { inner in _ = try inner.run(Insert(7), deadline: .far) }
            }
        }
        #expect(error?.reason == .connectionLost)
        #expect(error?.statement == "COMMIT")
        #expect(error?.effect == .unknown)
        #expect(sum == 7)
    }

    @Test func `unknown where COMMIT itself is lost, and it did not happen`() async throws {
        let proxy = try Proxy(fromClient: until("COMMIT\0") { _ in .cut })
        let (error, sum) = try await through(proxy) { connection in
            try failure {
                try connection.transaction(deadline: .far) { inner in _ = try inner.run(Insert(7), deadline: .far) }
            }
        }
        #expect(error?.statement == "COMMIT")
        #expect(error?.effect == .unknown)
        #expect(sum == 0)
    }

    @Test func `unknown within the deadline where COMMIT is never answered, and never cancelled`() async throws {
        let committed = Flag()
        let proxy = try Proxy(
            fromClient: {
                if $0.holds("COMMIT\0") { committed.set() }
                return .pass($0)
            },
            fromServer: { committed.isSet ? .goSilent : .pass($0) })
        let (error, sum) = try await through(proxy) { connection in
            let start = ContinuousClock.now
            let error = try failure {
                try connection.transaction(deadline: .in(.seconds(4))) { inner in
                    _ = try inner.run(Insert(7), deadline: .far)
                }
            }
            #expect(ContinuousClock.now - start < .seconds(20))
            return error
        }
        #expect(error?.reason == .deadlinePassed)
        #expect(error?.effect == .unknown)
        #expect(sum == 7)
        // A request to cancel would have been a second connection.
        #expect(proxy.connectionCount == 1)
    }

    @Test func `a server that says goodbye before a statement is sent is heard: nothing was done`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            let other = ConnectionConfiguration(connectionString: database.url)
            let errors = try await OwnThread().run {
                let killer = try Connection.open(other, deadline: .far)
                func killed(_ body: (Connection) throws -> some Any) throws -> PostgresError? {
                    let connection = try Connection.open(configuration, deadline: .far)
                    let number = try connection.run(BackendNumber(), deadline: .far)
                    try killer.script("SELECT pg_terminate_backend(\(number), 60000)")
                    defer { #expect(!connection.isUsable) }
                    return try failure { try body(connection) }
                }
                return [
                    try killed { try $0.run(Insert(1), deadline: .far) },
                    try killed { try $0.run(SumOfT(), deadline: .far) },
                    try killed { try $0.transaction(deadline: .far) { try $0.run(Insert(1), deadline: .far) } },
                ]
            }
            #expect(errors.allSatisfy { $0?.effect == PostgresError.Effect.none })
            #expect(errors.allSatisfy { $0?.reason == .connectionLost || $0?.sqlState?.code == "57P01" })
            #expect(errors.allSatisfy { $0?.isTransient == true })
            #expect(try await database.sql("SELECT count(*) FROM t") == ["0"])
        }
    }

    @Test func `a session killed while it works ends the statement at once`() async throws {
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            async let error = OwnThread().run {
                let connection = try Connection.open(configuration, deadline: .far)
                return try failure { try connection.run(SleepAndWrite(milliseconds: 25_000), deadline: .far) }
            }
            try await eventually("it sleeps") {
                try await database.sql(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                        + "AND datname = current_database()") == ["1"]
            }
            #expect(try await error?.effect == .unknown)
            #expect(try await error?.isTransient == true)
        }
    }
}
