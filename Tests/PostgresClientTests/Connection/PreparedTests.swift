import PostgresClient
import TestSupport
import Testing

/// ``Insert``, but parsed and planned once.
struct PreparedInsert: Statement {
    static let isPrepared = true
    static let sql = "INSERT INTO t VALUES ($1)"
    let value: Int32
    init(_ value: Int32) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}

@Suite struct `A prepared statement` {
    @Test func `is prepared once a connection, also inside transactions, and anew when its uses have grown tenfold`()
        async throws
    {
        try await withConnection { connection in
            let count = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO t%'"
            try connection.script("CREATE TABLE t (a integer)")
            try connection.transaction(deadline: .far) { _ = try $0.run(PreparedInsert(1), deadline: .far) }
            #expect(try connection.ask(count) == "1")
            for _ in 0..<9 { #expect(try connection.run(PreparedInsert(1), deadline: .far) == 1) }
            #expect(try connection.ask(count) == "1")
            for _ in 0..<90 { #expect(try connection.run(PreparedInsert(1), deadline: .far) == 1) }
            #expect(try connection.ask(count) == "2")
            for _ in 0..<10 { #expect(try connection.run(PreparedInsert(1), deadline: .far) == 1) }
            #expect(try connection.ask(count) == "3")
            #expect(try connection.run(SumOfT(), deadline: .far) == 110)
        }
    }

    @Test func `that the server has forgotten makes its transaction run anew, once`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            _ = try connection.run(PreparedInsert(1), deadline: .far)
            try connection.script("DEALLOCATE ALL")
            var runs = 0
            for _ in 0..<2 {
                try connection.transaction(deadline: .far) { inner in
                    runs += 1
                    _ = try inner.run(Insert(10), deadline: .far)
                    _ = try inner.run(PreparedInsert(100), deadline: .far)
                }
            }
            #expect(runs == 3)
            #expect(try connection.run(SumOfT(), deadline: .far) == 221)
        }
    }

    @Test func `works on where the server has forgotten it, or had it from another, and where the table changes`()
        async throws
    {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            _ = try connection.run(PreparedInsert(1), deadline: .far)
            try connection.script("ALTER TABLE t ADD COLUMN b integer, ALTER COLUMN a TYPE bigint")
            _ = try connection.run(PreparedInsert(1), deadline: .far)
            try connection.script("DEALLOCATE ALL")
            for _ in 0..<3 { #expect(try connection.run(PreparedInsert(1), deadline: .far) == 1) }
            #expect(try connection.run(SumOfT(), deadline: .far) == 5)
        }
    }

    @Test func `whose table is gone is the server's refusal, and no harm to the connection`() async throws {
        try await withConnection { connection in
            #expect(try failure { try connection.run(PreparedInsert(1), deadline: .far) }?.sqlState == .undefinedTable)
            try connection.script("CREATE TABLE t (a integer)")
            #expect(try connection.run(PreparedInsert(1), deadline: .far) == 1)
        }
    }
}
