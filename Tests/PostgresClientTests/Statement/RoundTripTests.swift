import PostgresClient
import TestSupport
import Testing

/// One value of a type to the server and back, together with the server's own text of it.
private protocol Echo: Statement where Output == Echoed<Value> {
    associatedtype Value: Equatable & Sendable
    var value: Value { get }
    init(_ value: Value)
}

private struct Echoed<Value: Equatable & Sendable>: Equatable, Sendable {
    var value: Value
    var text: String?
}

private struct EchoBool: Echo {
    static let sql = "SELECT $1, $1::text"
    let value: Bool
    init(_ value: Bool) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Echoed<Bool> {
        try rows.single { row throws(PostgresError) in
            Echoed(value: try row.bool(), text: try row.optionalText())
        }
    }
}

private struct EchoInt32: Echo {
    static let sql = "SELECT $1, $1::text"
    let value: Int32
    init(_ value: Int32) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Echoed<Int32> {
        try rows.single { row throws(PostgresError) in
            Echoed(value: try row.int32(), text: try row.optionalText())
        }
    }
}

private struct EchoInt64: Echo {
    static let sql = "SELECT $1, $1::text"
    let value: Int64
    init(_ value: Int64) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Echoed<Int64> {
        try rows.single { row throws(PostgresError) in
            Echoed(value: try row.int64(), text: try row.optionalText())
        }
    }
}

private struct EchoText: Echo {
    static let sql = "SELECT $1, encode(convert_to($1, 'UTF8'), 'hex')"
    let value: String?
    init(_ value: String?) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Echoed<String?> {
        try rows.single { row throws(PostgresError) in
            Echoed(value: try row.optionalText(), text: try row.optionalText())
        }
    }
}

private struct EchoBytes: Echo {
    static let sql = "SELECT $1, encode($1, 'hex')"
    let value: [UInt8]?
    init(_ value: [UInt8]?) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(bytes: value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Echoed<[UInt8]?> {
        try rows.single { row throws(PostgresError) in
            Echoed(value: try row.optionalBytes(), text: try row.optionalText())
        }
    }
}

private struct EchoUUID: Echo {
    static let sql = "SELECT $1, $1::text"
    let value: UInt128?
    init(_ value: UInt128?) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(uuid: value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Echoed<UInt128?> {
        try rows.single { row throws(PostgresError) in
            Echoed(value: try row.optionalUUID(), text: try row.optionalText())
        }
    }
}

private struct EchoTime: Echo {
    static let sql = "SELECT $1, ($1 AT TIME ZONE 'UTC')::text"
    let value: Int64?
    init(_ value: Int64?) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(timestamptz: value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Echoed<Int64?> {
        try rows.single { row throws(PostgresError) in
            Echoed(value: try row.optionalTimestamptz(), text: try row.optionalText())
        }
    }
}

private struct EchoDate: Echo {
    static let sql = "SELECT $1, $1::text"
    let value: Int32
    init(_ value: Int32) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(date: value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Echoed<Int32> {
        try rows.single { row throws(PostgresError) in
            Echoed(value: try row.date(), text: try row.optionalText())
        }
    }
}

private struct FarTime: Statement {
    static let sql = "SELECT v FROM far"
    func decode(_ rows: Rows) throws(PostgresError) {
        _ = try rows.single { row throws(PostgresError) in try row.timestamptz() }
    }
}

private struct FarDate: Statement {
    static let sql = "SELECT v FROM far"
    func decode(_ rows: Rows) throws(PostgresError) {
        _ = try rows.single { row throws(PostgresError) in try row.date() }
    }
}

private struct IntervalText: Statement {
    static let sql = "SELECT $1::text"
    let value: Duration
    func bind(_ parameters: inout Parameters) { parameters.append(interval: value) }
    func decode(_ rows: Rows) throws(PostgresError) -> String {
        try rows.single { row throws(PostgresError) in try row.text() }
    }
}

private struct SmallInts: Statement {
    static let sql = "SELECT (-32768)::smallint, 32767::smallint"
    func decode(_ rows: Rows) throws(PostgresError) -> [Int16] {
        try rows.single { row throws(PostgresError) in [try row.int16(), try row.int16()] }
    }
}

private struct Nulls: Statement {
    static let sql = """
        SELECT $1 IS NULL AND $2 IS NULL AND $3 IS NULL AND $4 IS NULL AND $5 IS NULL AND $6 IS NULL, NULL::integer,
               NULL::bigint
        """
    func bind(_ parameters: inout Parameters) {
        parameters.append(nil as String?)
        parameters.append(bytes: nil)
        parameters.append(uuid: nil)
        parameters.append(timestamptz: nil)
        parameters.append(nil as Numeric?)
        parameters.append(null: .int4)
    }
    func decode(_ rows: Rows) throws(PostgresError) -> [Bool] {
        try rows.single { row throws(PostgresError) in
            [try row.bool(), try row.optionalInt32() == nil, try row.optionalInt64() == nil]
        }
    }
}

private struct SortedByServer: Statement {
    static let sql = "SELECT v FROM unnest($1::uuid[]) AS v ORDER BY v"
    let values: [UInt128]
    func bind(_ parameters: inout Parameters) {
        var array = ArrayParameter(.uuid)
        for value in values { array.append(uuid: value) }
        parameters.append(array)
    }
    func decode(_ rows: Rows) throws(PostgresError) -> [UInt128] {
        try rows.map { row throws(PostgresError) in try row.uuid() }
    }
}

private struct Place: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT '(70000,3)'::tid"
    func decode(_ rows: Rows) throws(PostgresError) -> TID {
        try rows.single { row throws(PostgresError) in try row.tid() }
    }
}

@Suite struct `Values travel in binary and come back the same` {
    /// Echoes each value over one connection and expects the server to read it as the text beside it.
    private func check<E: Echo>(_ type: E.Type, _ cases: [(E.Value, String?)]) async throws {
        let echoes = try await withConnection { connection in
            try cases.map { try connection.run(E($0.0), deadline: .far) }
        }
        for (one, echoed) in zip(cases, echoes) {
            #expect(echoed == Echoed(value: one.0, text: one.1))
        }
    }

    @Test func `booleans`() async throws {
        try await check(EchoBool.self, [(true, "true"), (false, "false")])
    }

    @Test func `integers to their ends`() async throws {
        try await check(
            EchoInt32.self,
            [(0, "0"), (-1, "-1"), (.max, "2147483647"), (.min, "-2147483648"), (0x0102_0304, "16909060")])
        try await check(
            EchoInt64.self,
            [
                (0, "0"), (-1, "-1"), (.max, "9223372036854775807"), (.min, "-9223372036854775808"),
                (0x0102_0304_0506_0708, "72623859790382856"),
            ])
        #expect(try await withConnection { try $0.run(SmallInts(), deadline: .far) } == [.min, .max])
    }

    @Test func `text of every width, the empty one, and none`() async throws {
        try await check(
            EchoText.self,
            [
                ("", ""), (nil, nil), ("a", "61"), ("é", "c3a9"), ("e\u{301}", "65cc81"), ("€", "e282ac"),
                ("😀", "f09f9880"), ("\u{10FFFF}", "f48fbfbf"), ("\u{1}\t\r\n'\\", "01090d0a275c"),
            ])
        let long = String(repeating: "ü€", count: 100_000)
        let back = try await withConnection { try $0.run(EchoText(long), deadline: .far).value }
        #expect(back == long)
    }

    @Test func `bytes of every value, the empty row, and none`() async throws {
        let all = Array(UInt8.min...UInt8.max)
        let hex = all.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try await check(EchoBytes.self, [([], ""), (nil, nil), ([0], "00"), ([0, 0, 255], "0000ff"), (all, hex)])
    }

    @Test func `places of rows by page and item`() async throws {
        let place = try await withConnection { try $0.run(Place(), deadline: .far) }
        #expect(place == TID(block: 70_000, offset: 3))
    }

    @Test func `uuids as big-endian numbers`() async throws {
        try await check(
            EchoUUID.self,
            [
                (nil, nil), (0, "00000000-0000-0000-0000-000000000000"),
                (.max, "ffffffff-ffff-ffff-ffff-ffffffffffff"),
                (0x0011_2233_4455_6677_8899_AABB_CCDD_EEFF, "00112233-4455-6677-8899-aabbccddeeff"),
            ])
    }

    @Test func `the server sorts uuids as their numbers are sorted`() async throws {
        var random = SeededGenerator(seed: 7)
        var values: [UInt128] = [0, 1, .max, .max - 1, 1 << 127, (1 << 127) - 1, 1 << 63, 1 << 64, 255, 256]
        values += (0..<500).map { _ in UInt128(random.next()) << 64 | UInt128(random.next()) }
        let shuffled = values.shuffled(using: &random)
        let sorted = try await withConnection { try $0.run(SortedByServer(values: shuffled), deadline: .far) }
        #expect(sorted == values.sorted())
    }

    @Test func `times around both epochs, and without end`() async throws {
        try await check(
            EchoTime.self,
            [
                (nil, nil), (0, "1970-01-01 00:00:00"), (-1, "1969-12-31 23:59:59.999999"),
                (1, "1970-01-01 00:00:00.000001"), (946_684_800_000_000, "2000-01-01 00:00:00"),
                (946_684_799_999_999, "1999-12-31 23:59:59.999999"), (1_684_593_000_000_000, "2023-05-20 14:30:00"),
                (-62_135_596_800_000_000, "0001-01-01 00:00:00"),
                (253_402_300_799_999_999, "9999-12-31 23:59:59.999999"),
                (.max, "infinity"), (.min, "-infinity"),
            ])
    }

    @Test func `a time beyond Postgres's calendar is an error, not a trap`() async throws {
        let states = try await withConnection { connection in
            try [Int64.min + 1, -300_000_000_000_000_000].map { value in
                try failure { try connection.run(EchoTime(value), deadline: .far) }?.sqlState?.code
            }
        }
        #expect(states == ["22008", "22008"])
    }

    @Test(arguments: ["'294276-12-31 UTC'::timestamptz", "'5874897-12-31'::date"])
    func `nor is one of Postgres's that 1970 is too far from`(text: String) async throws {
        let error = try await withConnection { connection in
            try connection.script("CREATE VIEW far AS SELECT \(text) AS v")
            return try failure {
                text.hasSuffix("date")
                    ? try connection.run(FarDate(), deadline: .far) : try connection.run(FarTime(), deadline: .far)
            }
        }
        // Days since 1970 have room for Postgres's last one.
        #expect(error?.reason == (text.hasSuffix("date") ? nil : .unexpectedResult))
    }

    @Test func `dates around both epochs, and without end`() async throws {
        try await check(
            EchoDate.self,
            [
                (0, "1970-01-01"), (-1, "1969-12-31"), (10_957, "2000-01-01"), (10_956, "1999-12-31"),
                (19_497, "2023-05-20"), (-719_162, "0001-01-01"), (.max, "infinity"), (.min, "-infinity"),
            ])
    }

    @Test(arguments: [
        (Duration.zero, "00:00:00"), (.microseconds(1), "00:00:00.000001"), (.milliseconds(-1_500), "-00:00:01.5"),
        (.seconds(35 * 86_400), "840:00:00"),
    ])
    func `spans`(span: Duration, text: String) async throws {
        let answer = try await withConnection { try $0.run(IntervalText(value: span), deadline: .far) }
        #expect(answer == text)
    }

    @Test func `NULL of every type`() async throws {
        #expect(try await withConnection { try $0.run(Nulls(), deadline: .far) } == [true, true, true])
    }
}
