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

/// A time out of a table, in microseconds since 1970, parsed and planned once.
struct PreparedTime: Statement {
    static let access = StatementAccess.reads
    static let isPrepared = true
    static let sql = "SELECT at FROM times"
    func bind(_ parameters: inout Parameters) {}
    func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.timestamptz() }
    }
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

    @Test(arguments: ["alone", "in a transaction", "as a transaction's first", "as a transaction's last"])
    func `that brings another type since a migration is prepared anew, and what failed with it run anew`(place: String)
        async throws
    {
        try await withConnection { connection in
            try connection.script(
                "CREATE TABLE times (at timestamptz(0)); INSERT INTO times VALUES ('1970-01-01 00:00:01Z'); "
                    + "CREATE TABLE t (a integer)")
            var runs = 0
            func ask() throws -> Int64? {
                switch place {
                case "alone":
                    runs += 1
                    return try connection.run(PreparedTime(), deadline: .far)
                case "in a transaction":
                    return try connection.transaction(deadline: .far) { inner in
                        runs += 1
                        _ = try inner.run(PreparedInsert(1), deadline: .far)
                        return try inner.run(PreparedTime(), deadline: .far)
                    }
                case "as a transaction's first":
                    let first = try connection.transaction(deadline: .far, first: PreparedTime()) {
                        _, time -> (Int64, last: PreparedInsert?) in
                        runs += 1
                        return (time, last: PreparedInsert(1))
                    }
                    return first.0
                default:
                    return try connection.transaction(deadline: .far, first: PreparedInsert(1)) {
                        _, _ -> (Void, last: PreparedTime?) in
                        runs += 1
                        return ((), last: PreparedTime())
                    }.last
                }
            }
            for type in ["timestamptz(3)", "timestamptz", "timestamptz(0)"] {
                #expect(try ask() == 1_000_000)
                #expect(try ask() == 1_000_000)
                try connection.script("ALTER TABLE times ALTER COLUMN at TYPE \(type)")
            }
            #expect(try ask() == 1_000_000)
            let failed = place == "in a transaction" || place == "as a transaction's last" ? 3 : 0
            #expect(runs == 7 + failed)
            #expect(try connection.run(SumOfT(), deadline: .far) == (place == "alone" ? 0 : 7))
            // Prepared it stays, but for the one time outside a transaction at which it was found out.
            let count = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT at%'"
            #expect(try connection.ask(count) == (place == "alone" ? "3" : "4"))
        }
    }

    @Test func `whose table is gone is the server's refusal, and no harm to the connection`() async throws {
        try await withConnection { connection in
            let error = try failure { try connection.run(PreparedInsert(1), deadline: .far) }
            #expect(error?.sqlState == SQLState("42P01"))
            try connection.script("CREATE TABLE t (a integer)")
            #expect(try connection.run(PreparedInsert(1), deadline: .far) == 1)
        }
    }
}
