import TestSupport
import Testing

@testable import PostgresClient

/// A number as the server writes it, and read back from its binary form.
private struct EchoNumeric: Statement {
    static let sql = "SELECT $1, $1::text"
    let value: Numeric
    func bind(_ parameters: inout Parameters) { parameters.append(value) }
    func decode(_ rows: Rows) throws(PostgresError) -> (back: Numeric, text: String) {
        try rows.single { row throws(PostgresError) in
            (try row.numeric(), try row.text())
        }
    }
}

/// A number from the server's own reading of a text.
private struct ReadNumeric: Statement {
    static let sql = "SELECT $1::text::numeric"
    let text: String
    func bind(_ parameters: inout Parameters) { parameters.append(text) }
    func decode(_ rows: Rows) throws(PostgresError) -> Numeric? {
        try rows.single { row throws(PostgresError) in try row.optionalNumeric() }
    }
}

/// The decimal text of `coefficient / 10^scale`, with exactly `scale` digits after the point.
private func decimalText(_ coefficient: Int128, _ scale: Int) -> String {
    var digits = String(coefficient.magnitude)
    if digits.count <= scale { digits = String(repeating: "0", count: scale - digits.count + 1) + digits }
    if scale > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale)) }
    return (coefficient < 0 ? "-" : "") + digits
}

@Suite struct `Numbers with decimals are exact` {
    private static let edges: [Int128] = [
        0, 1, -1, 9, 10, 99, 100, 9_999, 10_000, 10_001, 99_999_999, 100_000_000, -100_000_000, .max, .min, .max - 1,
        .max / 10, .max / 1_000,
    ]

    @Test func `every edge with every scale comes back, and reads as its text`() async throws {
        try await withConnection { connection in
            for coefficient in Self.edges {
                for scale in 0...30 {
                    let number = Numeric(coefficient: coefficient, scale: scale)
                    let (back, text) = try connection.run(EchoNumeric(value: number), deadline: .far)
                    #expect(text == decimalText(coefficient, scale))
                    #expect(back == number)
                }
            }
        }
    }

    @Test func `so does any other`() async throws {
        try await withConnection { connection in
            var random = SeededGenerator(seed: 20_261_121)
            for _ in 0..<2_000 {
                let bits = Int128(truncatingIfNeeded: UInt128(random.next()) << 64 | UInt128(random.next()))
                let coefficient = bits >> Int.random(in: 0..<127, using: &random)
                let scale = Int.random(in: 0...30, using: &random)
                let number = Numeric(coefficient: coefficient, scale: scale)
                let (back, text) = try connection.run(EchoNumeric(value: number), deadline: .far)
                #expect(text == decimalText(coefficient, scale))
                #expect(back == number)
                #expect(try connection.run(ReadNumeric(text: text), deadline: .far) == number)
            }
        }
    }

    @Test(arguments: [
        "NaN", "Infinity", "-Infinity", "1e40", "170141183460469231731687303715884105728",
        "0.0000000000000000000000000000001",
    ])
    func `what 128 bits cannot hold is refused, not bent`(text: String) async throws {
        let error = try await withConnection { connection in
            try failure { try connection.run(ReadNumeric(text: text), deadline: .far) }
        }
        #expect(error?.reason == .unexpectedResult)
    }

    @Test func `arrays hold numbers and NULL`() async throws {
        struct Sum: Statement {
            static let sql = "SELECT sum(v), count(*) FROM unnest($1::numeric[]) AS v"
            func bind(_ parameters: inout Parameters) {
                var array = ArrayParameter(.numeric)
                array.append(Numeric(coefficient: 45, scale: 3))
                array.appendNull()
                array.append(Numeric(coefficient: -1, scale: 4))
                parameters.append(array)
            }
            func decode(_ rows: Rows) throws(PostgresError) -> (Numeric, Int64) {
                try rows.single { row throws(PostgresError) in
                    (try row.numeric(), try row.int64())
                }
            }
        }
        let (sum, count) = try await withConnection { try $0.run(Sum(), deadline: .far) }
        #expect(sum == Numeric(coefficient: 449, scale: 4))
        #expect(count == 3)
    }

    @Test func `zeros far before the point are read at once, however many`() {
        // 32 000 digits of zero, the first of them with the highest weight: no server writes them.
        let words: [UInt16] = [32_000, UInt16(Int16.max), 0, 0] + Array(repeating: 0, count: 32_000)
        let bytes = words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let start = ContinuousClock.now
        #expect(bytes.withUnsafeBytes { Numeric(binary: $0) } == Numeric(coefficient: 0, scale: 0))
        #expect(ContinuousClock.now - start < .seconds(1))
    }
}
