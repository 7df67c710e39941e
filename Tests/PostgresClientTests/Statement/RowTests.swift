import PostgresClient
import TestSupport
import Testing

/// A row that is read in a way the test gives.
private struct Reading: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT 1::integer, NULL::text, 2::bigint FROM generate_series(1, $1)"
    let rowCount: Int32
    let read: @Sendable (Rows) throws(PostgresError) -> Void
    func bind(_ parameters: inout Parameters) { parameters.append(rowCount) }
    func decode(_ rows: Rows) throws(PostgresError) { try read(rows) }
}

@Suite struct `A result that is not what was expected is an error` {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rowCount: Int32
        let read: @Sendable (Rows) throws(PostgresError) -> Void
    }

    static let cases: [Case] = [
        Case(testDescription: "another type", rowCount: 1) { rows throws(PostgresError) in _ = try rows[0].int64(0) },
        Case(testDescription: "text for a number", rowCount: 1) { rows throws(PostgresError) in
            _ = try rows[0].text(0)
        },
        Case(testDescription: "NULL", rowCount: 1) { rows throws(PostgresError) in _ = try rows[0].text(1) },
        Case(testDescription: "a column too many", rowCount: 1) { rows throws(PostgresError) in
            _ = try rows[0].int32(3)
        },
        Case(testDescription: "a number out of its range", rowCount: 1) { rows throws(PostgresError) in
            _ = try rows[0].int64(2, in: 0...1)
        },
        Case(testDescription: "no row", rowCount: 0) { rows throws(PostgresError) in
            _ = try rows.single { row throws(PostgresError) in try row.int32(0) }
        },
        Case(testDescription: "two rows", rowCount: 2) { rows throws(PostgresError) in
            _ = try rows.single { row throws(PostgresError) in try row.int32(0) }
        },
    ]

    @Test(arguments: cases)
    func `of reason unexpectedResult, without effect where it only read`(one: Case) async throws {
        let error = try await withConnection { connection in
            try failure { try connection.run(Reading(rowCount: one.rowCount, read: one.read), deadline: .far) }
        }
        #expect(error?.reason == .unexpectedResult)
        #expect(error?.effect == PostgresError.Effect.none)
        #expect(error?.statement == "Reading")
    }

    @Test func `the connection goes on after it`() async throws {
        let sum = try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            _ = try failure { try connection.run(Reading(rowCount: 1, read: Self.cases[0].read), deadline: .far) }
            return try connection.run(Insert(5), deadline: .far)
        }
        #expect(sum == 1)
    }

    @Test func `a write whose answer cannot be read may have happened`() async throws {
        struct WriteAndMisread: Statement {
            static let sql = "INSERT INTO t VALUES (1) RETURNING a"
            func decode(_ rows: Rows) throws(PostgresError) { _ = try rows[0].text(0) }
        }
        let effects = try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let alone = try failure { try connection.run(WriteAndMisread(), deadline: .far) }
            let within = try failure {
                try connection.transaction(deadline: .far) { try $0.run(WriteAndMisread(), deadline: .far) }
            }
            return [alone?.effect, within?.effect]
        }
        #expect(effects == [.unknown, PostgresError.Effect.none])
    }

    @Test func `rows are read in order and counted`() async throws {
        struct Numbers: Statement {
            static let sql = "SELECT generate_series(1, 5000)"
            func decode(_ rows: Rows) throws(PostgresError) -> [Int32] {
                try rows.map { row throws(PostgresError) in try row.int32(0) }
            }
        }
        let numbers = try await withConnection { try $0.run(Numbers(), deadline: .far) }
        #expect(numbers == Array(1...5_000))
    }
}
