import PostgresClient
import TestSupport
import Testing

/// One array of each type, and what the server makes of them.
private struct Columns: Statement {
    static let sql = """
        SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text, $10::text
        """
    var arrays: [ArrayParameter]
    func bind(_ parameters: inout Parameters) { for array in arrays { parameters.append(array) } }
    func decode(_ rows: Rows) throws(PostgresError) -> [String] {
        try rows.single { row throws(PostgresError) in
            var texts: [String] = []
            for _ in arrays { texts.append(try row.text()) }
            return texts
        }
    }
}

private struct Unnested: Statement {
    static let sql = "SELECT v FROM unnest($1::text[]) WITH ORDINALITY AS given (v, place) ORDER BY place"
    let array: ArrayParameter
    func bind(_ parameters: inout Parameters) { parameters.append(array) }
    func decode(_ rows: Rows) throws(PostgresError) -> [String?] {
        try rows.map { row throws(PostgresError) in try row.optionalText() }
    }
}

@Suite struct `Arrays are the columns of a batch` {
    private static let types: [PostgresType] = [
        .bool, .int2, .int4, .int8, .text, .bytea, .uuid, .timestamptz, .date, .tid,
    ]

    /// The arrays of ``types``, each with a value, NULL and a value.
    private static func filled() -> [ArrayParameter] {
        var arrays = types.map { ArrayParameter($0) }
        func each(_ add: (inout [ArrayParameter]) -> Void) { add(&arrays) }
        each {
            $0[0].append(true)
            $0[1].append(Int16(-2))
            $0[2].append(Int32(3))
            $0[3].append(Int64(-4))
            $0[4].append("five")
            $0[5].append(bytes: [6, 0])
            $0[6].append(uuid: 7)
            $0[7].append(microseconds: 8)
            $0[8].append(days: 9)
            $0[9].append(TID(block: 0, offset: 1))
        }
        for index in arrays.indices { arrays[index].appendNull() }
        each {
            $0[0].append(optional: false) { $0.append($1) }
            $0[1].append(optional: Int16.max) { $0.append($1) }
            $0[2].append(optional: Int32.min) { $0.append($1) }
            $0[3].append(optional: Int64.max) { $0.append($1) }
            $0[4].append(optional: "") { $0.append($1) }
            $0[5].append(optional: [UInt8]()) { $0.append(bytes: $1) }
            $0[6].append(optional: UInt128.max) { $0.append(uuid: $1) }
            $0[7].append(optional: Int64(946_684_800_000_000)) { $0.append(microseconds: $1) }
            $0[8].append(optional: Int32(10_957)) { $0.append(days: $1) }
            $0[9].append(optional: TID(block: 4_294_967_294, offset: 65_535)) { $0.append($1) }
        }
        return arrays
    }

    @Test func `values and NULL of every type`() async throws {
        let texts = try await withConnection { connection in
            try connection.script("SET TIME ZONE 'UTC'")
            return try connection.run(Columns(arrays: Self.filled()), deadline: .far)
        }
        #expect(
            texts == [
                "{t,NULL,f}", "{-2,NULL,32767}", "{3,NULL,-2147483648}", "{-4,NULL,9223372036854775807}",
                "{five,NULL,\"\"}", "{\"\\\\x0600\",NULL,\"\\\\x\"}",
                "{00000000-0000-0000-0000-000000000007,NULL,ffffffff-ffff-ffff-ffff-ffffffffffff}",
                "{\"1970-01-01 00:00:00.000008+00\",NULL,\"2000-01-01 00:00:00+00\"}",
                "{1970-01-10,NULL,2000-01-01}", "{\"(0,1)\",NULL,\"(4294967294,65535)\"}",
            ])
    }

    @Test func `none at all, also after it was filled and emptied`() async throws {
        let empty = Self.types.map { ArrayParameter($0) }
        var emptied = Self.filled()
        for index in emptied.indices { emptied[index].removeAll() }
        #expect(emptied.map(\.count) == empty.map(\.count))
        for arrays in [empty, emptied] {
            let texts = try await withConnection { try $0.run(Columns(arrays: arrays), deadline: .far) }
            #expect(texts == [String](repeating: "{}", count: Self.types.count))
        }
    }

    @Test(arguments: [1, 1_000, 50_000])
    func `any number of them, in their order`(count: Int) async throws {
        let wanted = (0..<count).map { $0 % 7 == 3 ? nil : "value \($0) é" }
        var array = ArrayParameter(.text, capacity: count * 16)
        for value in wanted { array.append(optional: value) { $0.append($1) } }
        #expect(Int(array.count) == count)
        let sent = array
        let back = try await withConnection { try $0.run(Unnested(array: sent), deadline: .far) }
        #expect(back == wanted)
    }

    @Test func `elements of another type than was said are refused by the server`() async throws {
        var array = ArrayParameter(.text)
        array.append("fine")
        var wrong = ArrayParameter(.int4)
        wrong.append("four bytes or not")
        let sent = wrong
        let error = try await withConnection { connection in
            try failure { try connection.run(Unnested(array: sent), deadline: .far) }
        }
        #expect(error?.sqlState != nil)
    }
}
