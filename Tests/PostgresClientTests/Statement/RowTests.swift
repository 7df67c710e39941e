import PostgresClient
import TestSupport
import Testing

/// A row that is read in a way the test gives.
private struct Reading: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT 1::integer, NULL::text, 2::bigint, 'three'::text FROM generate_series(1, $1)"
    let rowCount: Int32
    let read: @Sendable (inout Row) throws(PostgresError) -> Void
    func bind(_ parameters: inout Parameters) { parameters.append(rowCount) }
    func decode(_ rows: Rows) throws(PostgresError) { try rows.single(read) }
}

@Suite struct `A result that is not what was expected is an error` {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var rowCount: Int32 = 1
        let read: @Sendable (inout Row) throws(PostgresError) -> Void
    }

    static let cases: [Case] = [
        Case(testDescription: "another type") { row throws(PostgresError) in
            _ = try row.int64()
            row.skipRest()
        },
        Case(testDescription: "text for a number") { row throws(PostgresError) in
            _ = try row.text()
            row.skipRest()
        },
        Case(testDescription: "NULL") { row throws(PostgresError) in
            row.skip(1)
            _ = try row.text()
            row.skipRest()
        },
        Case(testDescription: "a number out of its range") { row throws(PostgresError) in
            row.skip(2)
            _ = try row.int64(in: 0...1)
            row.skipRest()
        },
        Case(testDescription: "no column read") { _ throws(PostgresError) in },
        Case(testDescription: "a column too few") { row throws(PostgresError) in
            _ = (try row.int32(), try row.optionalText(), try row.int64())
        },
        Case(testDescription: "a column too many") { row throws(PostgresError) in
            _ = (try row.int32(), try row.optionalText(), try row.int64(), try row.text(), try row.text())
        },
        Case(testDescription: "a column too many passed over") { row throws(PostgresError) in row.skip(5) },
        Case(testDescription: "no row", rowCount: 0) { row throws(PostgresError) in row.skipRest() },
        Case(testDescription: "two rows", rowCount: 2) { row throws(PostgresError) in row.skipRest() },
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

    private enum Way: CaseIterable { case map, forEach, single, optionalSingle }

    @Test(arguments: Way.allCases)
    private func `each way of reading rows sees a column that is left`(way: Way) async throws {
        struct Leaving: Statement {
            static let access = StatementAccess.reads
            static let sql = "SELECT 1::integer, 2::integer"
            let way: Way
            func decode(_ rows: Rows) throws(PostgresError) {
                switch way {
                case .map: _ = try rows.map { row throws(PostgresError) in try row.int32() }
                case .forEach: try rows.forEach { row throws(PostgresError) in _ = try row.int32() }
                case .single: _ = try rows.single { row throws(PostgresError) in try row.int32() }
                case .optionalSingle: _ = try rows.optionalSingle { row throws(PostgresError) in try row.int32() }
                }
            }
        }
        let error = try await withConnection { connection in
            try failure { try connection.run(Leaving(way: way), deadline: .far) }
        }
        #expect(error?.statement == "Leaving")
        #expect(error?.serverMessage == "1 of 2 columns were read")
    }

    static let whole: [Case] = [
        Case(testDescription: "read") { row throws(PostgresError) in
            _ = (try row.int32(), try row.optionalText(), try row.int64(in: 2...2), try row.text())
        },
        Case(testDescription: "passed over in part") { row throws(PostgresError) in
            row.skip(1)
            _ = try row.optionalText()
            row.skipRest()
        },
    ]

    @Test(arguments: whole)
    func `but not where each column is read or passed over`(one: Case) async throws {
        try await withConnection { try $0.run(Reading(rowCount: 1, read: one.read), deadline: .far) }
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
            func decode(_ rows: Rows) throws(PostgresError) {
                _ = try rows.single { row throws(PostgresError) in try row.text() }
            }
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
                try rows.map { row throws(PostgresError) in try row.int32() }
            }
        }
        let numbers = try await withConnection { try $0.run(Numbers(), deadline: .far) }
        #expect(numbers == Array(1...5_000))
    }
}
