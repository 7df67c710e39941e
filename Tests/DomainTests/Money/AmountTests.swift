import Domain
import Testing

struct AmountTests {
    @Test(arguments: [
        ("0", "0"), ("0.045", "0.045"), ("0.0450", "0.045"), ("00.045", "0.045"), (".5", "0.5"), ("5.", "5"),
        ("+1.5", "1.5"), ("0.0", "0"), ("6.4845", "6.4845"), ("717493.1709235484", "717493.1709235484"), ("100", "100"),
        ("100.00", "100"), ("0.000000000000000001", "0.000000000000000001"), ("10.10", "10.1"),
        ("9999999999999999999999999999", "9999999999999999999999999999"),
        ("9999999999.999999999999999999", "9999999999.999999999999999999"),
        ("0000000000000000000000000000000000000000001.50", "1.5"),
        ("1.50000000000000000000000000000000000000000000", "1.5"),
    ])
    func `decimal text becomes its shortest form`(text: String, shortest: String) throws {
        let amount = try #require(Amount(text))
        #expect(amount.description == shortest)
        #expect(Amount(shortest) == amount)
    }

    @Test(arguments: [
        "", ".", "+", "-", "-1", "-0", "+-1", "++1", "1e3", "1E3", "0x10", "NaN", "inf", "1,5", "1 5", " 1", "1 ",
        "1.2.3", "1..2", "٣", "１", "10000000000000000000000000000", "0.0000000000000000001", "1.0000000000000000001",
        "99999999999.999999999999999999", "$1",
        "00000000000000000000000000000000000000000000000000000000000000001",
        "0.0000000000000000000000000000000000000000000000000000000000000001", "1\0",
    ])
    func `everything else is refused, never rounded`(text: String) {
        #expect(Amount(text) == nil)
    }

    @Test func `a number of any length is refused without trapping`() {
        #expect(Amount(String(repeating: "9", count: 100_000)) == nil)
        #expect(Amount("0." + String(repeating: "9", count: 100_000)) == nil)
    }

    @Test func `amounts survive their text, and other spellings of a value are equal`() throws {
        var random = SplitMix64(seed: 8)
        for _ in 0..<10_000 {
            let scale = Int.random(in: 0...18, using: &random)
            var whole = ""
            for _ in 0..<Int.random(in: 1...(28 - scale), using: &random) {
                whole += String(Int.random(in: 0...9, using: &random))
            }
            var rest = ""
            for _ in 0..<scale { rest += String(Int.random(in: 0...9, using: &random)) }
            let amount = try #require(Amount(whole + "." + rest))
            #expect(Amount(amount.description) == amount)
            #expect(Amount("0" + whole + "." + rest + "00") == amount)
            #expect(amount.scale == 0 || amount.coefficient % 10 != 0)
        }
    }

    @Test func `order is the order of the values, also where a common scale would overflow`() throws {
        let ascending = [
            "0", "0.000000000000000001", "0.045", "0.0451", "0.05", "1", "1.000000000000000001", "9.9", "10",
            "9999999999.999999999999999999", "9999999999999999999999999998", "9999999999999999999999999999",
        ]
        let amounts = try ascending.map { try #require(Amount($0)) }
        for (leftPlace, left) in amounts.enumerated() {
            for (rightPlace, right) in amounts.enumerated() {
                #expect((left < right) == (leftPlace < rightPlace))
                #expect((left == right) == (leftPlace == rightPlace))
            }
        }
    }
}
