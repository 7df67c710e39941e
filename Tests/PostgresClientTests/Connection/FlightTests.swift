import PostgresClient
import TestSupport
import Testing

@Suite struct `A transaction in two flights` {
    @Test func `brings what its statements brought, and what they did is there`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let (first, last) = try connection.transaction(deadline: .far, first: Insert(1)) {
                inner, first -> (Int, last: PreparedInsert?) in
                _ = try inner.run(Insert(10), deadline: .far)
                return (first, last: PreparedInsert(100))
            }
            #expect(first == 1)
            #expect(last == 1)
            #expect(!connection.isInTransaction)
            #expect(try connection.run(SumOfT(), deadline: .far) == 111)
        }
    }

    @Test func `without a last statement is committed too`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let (_, last) = try connection.transaction(deadline: .far, first: Insert(1)) {
                _, _ -> (Void, last: Insert?) in ((), last: nil)
            }
            #expect(last == nil)
            #expect(try connection.run(SumOfT(), deadline: .far) == 1)
        }
    }

    @Test func `whose first or last statement fails leaves nothing but the first's error`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer CHECK (a < 50))")
            for (first, last) in [(Int32(99), Int32(1)), (1, 99)] {
                let error = try failure {
                    try connection.transaction(deadline: .far, first: Insert(first)) {
                        inner, _ -> (Void, last: Insert?) in
                        _ = try inner.run(Insert(2), deadline: .far)
                        return ((), last: Insert(last))
                    }
                }
                #expect(error?.sqlState == SQLState("23514"))
                #expect(error?.statement == "Insert")
                #expect(error?.effect == PostgresError.Effect.none)
                #expect(connection.isUsable)
                #expect(!connection.isInTransaction)
            }
            #expect(try connection.run(SumOfT(), deadline: .far) == 0)
        }
    }

    @Test func `is run anew, once, where the server has forgotten a prepared statement`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            _ = try connection.run(PreparedInsert(1), deadline: .far)
            try connection.script("DEALLOCATE ALL")
            var runs = 0
            for _ in 0..<2 {
                _ = try connection.transaction(deadline: .far, first: Insert(10)) {
                    _, _ -> (Void, last: PreparedInsert?) in
                    runs += 1
                    return ((), last: PreparedInsert(100))
                }
            }
            #expect(runs == 3)
            #expect(try connection.run(SumOfT(), deadline: .far) == 221)
        }
    }

    @Test func `has an unknown effect where the answer to the last flight is lost`() async throws {
        let committed = Flag()
        let proxy = try Proxy(
            fromClient: {
                if $0.holds("COMMIT\0") { committed.set() }
                return .pass($0)
            },
            fromServer: { committed.isSet ? .cut : .pass($0) })
        defer { proxy.close() }
        try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            var proxied = configuration
            proxied.connectionString = proxy.url(database)
            let error = try await OwnThread().run { [proxied] in
                let connection = try Connection.open(proxied, deadline: .far)
                return try failure {
                    try connection.transaction(deadline: .far, first: Insert(1)) { _, _ -> (Void, last: Insert?) in
                        ((), last: Insert(10))
                    }
                }
            }
            #expect(error?.reason == .connectionLost)
            #expect(error?.effect == .unknown)
            try await eventually("both rows are there") {
                try await database.sql("SELECT coalesce(sum(a), 0) FROM t") == ["11"]
            }
        }
    }
}
