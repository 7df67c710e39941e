import Domain
import Glibc
import PostgresClient
import Testing

@testable import OutboxAPI

/// Bounds that no schema can name (those that one can are tried by ``ContractTests``): one below, at, one above.
@Suite struct BoundsTests {
    private static let now = Timestamp(microseconds: 1_700_000_000_000_000)
    private static let rule = ObjectRule(bytesMax: 100_000)

    private static func isTaken(customData text: String) -> Bool {
        (try? rule.read(JSONParser.parse(Array(text.utf8)))) != nil
    }

    @Test(arguments: [
        ("1e99", true), ("1e100", true), ("1e101", false), ("1e-99", true), ("1e-100", true), ("1e-101", false),
        ("1E+100", true), ("1E+101", false), ("1e0000000000000000000000100", true),
        ("1e9223372036854775807", false), ("1e9223372036854775808", false),
        ("1e-9223372036854775807", false), ("1e-9223372036854775808", false), ("1e-9223372036854775809", false),
    ])
    func `an exponent in custom data is bounded either way, down to the least integer`(number: String, isTaken: Bool) {
        #expect(Self.isTaken(customData: #"{"a":\#(number)}"#) == isTaken)
        #expect(Self.isTaken(customData: #"{"a":[{"b":\#(number)}]}"#) == isTaken)
    }

    @Test(arguments: [
        ("60", 60), ("60.0", 60), ("6e1", 60), ("6E+1", 60), ("0.6e2", 60), ("0.0060e4", 60), ("600e-1", 60),
        ("60.000", 60), ("-6e1", -60), ("-60.0", -60), ("-0", 0), ("-0.0", 0), ("0e0", 0), ("-0e-7", 0),
        ("0e99999999999999999999", 0), ("1e2", 100), ("1.01e2", nil), ("100.0", 100), ("100.1", nil), ("-100e0", -100),
        ("101e0", nil), ("60.5", nil), ("6e-1", nil), ("0.5e-3", nil), ("1e18", nil), ("1e19", nil), ("1e-19", nil),
        ("1e99999999999999999999", nil), ("1e-99999999999999999999", nil), ("1e-9223372036854775808", nil),
    ])
    func `a whole number is one by its value, however it is written`(text: String, expected: Int?) throws {
        let value = try JSONParser.parse(Array(text.utf8))
        #expect((try? IntegerRule(range: -100...100).read(value)) == expected)
    }

    @Test func `a whole number has as many digits as a body has room for`() throws {
        let zeros = String(repeating: "0", count: 60_000)
        #expect(try IntegerRule(range: 1...9).read(.number("7." + zeros)) == 7)
        #expect(try IntegerRule(range: 1...9).read(.number("7\(zeros)e-60000")) == 7)
        #expect((try? IntegerRule(range: 1...9).read(.number("7" + zeros + ".0"))) == nil)
    }

    @Test(arguments: [
        (ObjectRule.numberCharactersMax - 1, true), (ObjectRule.numberCharactersMax, true),
        (ObjectRule.numberCharactersMax + 1, false), (60_000, false),
    ])
    func `a number in custom data has so many characters`(count: Int, isTaken: Bool) {
        #expect(Self.isTaken(customData: #"{"a":\#(String(repeating: "9", count: count))}"#) == isTaken)
    }

    /// Postgres writes numbers out: what was checked as 4 KB would be given back as 69.
    @Test(arguments: [
        ("1e100", 27, false), ("1e100", 26, true), ("1e-100", 25, true), ("1e-100", 27, false), ("1E+100", 25, true),
        ("1E+100", 27, false), ("1e0", 4, true), ("1234567.5e1", 200, true), ("0e100", 27, false),
    ])
    func `a number in custom data counts as it is written out`(number: String, count: Int, isTaken: Bool) throws {
        let text = #"{"a":["# + Array(repeating: number, count: count).joined(separator: ",") + "]}"
        let value = try JSONParser.parse(Array(text.utf8))
        #expect(text.utf8.count < 2_800)
        #expect(((try? ObjectRule(bytesMax: 2_800).read(value)) != nil) == isTaken)
    }

    private static let message = MessageRule(text: TextRule(characters: 1...1_000, alphabet: .anything))

    private static func isTaken(message: String) -> Bool { (try? Self.message.read(.string(message))) != nil }

    @Test(arguments: ["\u{301}", "\u{316}\u{301}", "\u{344}", "\u{F73}", "\u{93F}", "\u{20DD}", "\u{FE0F}"])
    func `so many combining marks may follow each other, and what is taken is composed whole`(marks: String) {
        let count = marks.unicodeScalars.count
        let most = String(repeating: marks, count: 30 / count)
        #expect(Self.isTaken(message: "x" + most))
        #expect(!Self.isTaken(message: "x" + most + marks))
        #expect(!Self.isTaken(message: most + marks + "x"))
        #expect(Self.isTaken(message: String(repeating: "x" + most, count: 10)))
    }

    @Test func `a message is measured once it is composed`() {
        // Four scalars that become one: no character has more.
        let alpha = "\u{3B1}\u{313}\u{300}\u{345}"
        #expect(Self.isTaken(message: String(repeating: alpha, count: 1_000)))
        #expect(!Self.isTaken(message: String(repeating: alpha, count: 1_001)))
        #expect(Self.isTaken(message: String(repeating: "e\u{301}", count: 1_000)))
        #expect(!Self.isTaken(message: String(repeating: "e\u{301}", count: 1_001)))
    }

    /// Bringing marks into order takes time with the square of their number: the first of these took a second.
    @Test(arguments: [15_500, 1_900])
    func `a message of marks is refused before it is composed`(count: Int) {
        let marks = String(repeating: "\u{301}", count: count) + String(repeating: "\u{316}", count: count)
        let start = Self.threadMicroseconds()
        #expect(!Self.isTaken(message: "a" + marks))
        #expect(!Self.isTaken(message: "a" + String(repeating: "\u{F73}", count: 2 * count)))
        #expect(Self.threadMicroseconds() - start < 15_000)
    }

    /// The processor's time, which others on the machine do not change.
    private static func threadMicroseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }

    @Test(arguments: [(JSONParser.depthMax - 1, true), (JSONParser.depthMax, true), (JSONParser.depthMax + 1, false)])
    func `a body is nested so deep`(depth: Int, isTaken: Bool) {
        let text = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        #expect(((try? JSONParser.parse(Array(text.utf8))) != nil) == isTaken)
    }

    @Test(arguments: [(-1, true), (0, true), (1, false)])
    func `a schedule lies at most a year ahead`(secondsMore: Int64, isTaken: Bool) throws {
        let rule = TimeRule(daysAheadMax: 30, clock: { Self.now })
        let base = try #require(Timestamp(iso8601: "2023-12-14T22:13:20Z"))
        #expect(base == Self.now + .seconds(30 * 86_400))
        let text = "2023-12-14T22:13:\(20 + secondsMore)Z"
        #expect(((try? rule.read(text)) != nil) == isTaken)
        #expect((try? rule.read("2023-12-14T22:13:20.000001Z")) == nil)
    }

    @Test(arguments: [FieldReader.problemsMax - 1, FieldReader.problemsMax, FieldReader.problemsMax + 1])
    func `so many problems are told`(count: Int) {
        var reader = FieldReader((0..<count).map { JSONValue.Member("x\($0)", .null) })
        reader.finish()
        #expect(reader.problems.count == min(count, FieldReader.problemsMax))
    }

    @Test(arguments: [
        FieldReader.nameCharactersMax - 1, FieldReader.nameCharactersMax, FieldReader.nameCharactersMax + 1,
    ])
    func `of an unknown name so much is quoted`(count: Int) {
        let name = String(repeating: "e\u{301}", count: count / 2) + String(repeating: "x", count: count % 2)
        var reader = FieldReader([JSONValue.Member(name, .null)])
        reader.finish()
        #expect(reader.problems.first?.field.unicodeScalars.count == min(count, FieldReader.nameCharactersMax))
    }

    @Test func `a query has so many parameters, and one more is refused rather than passed over`() throws {
        let principal = Principal(account: "a", userID: "u", scopes: [.read])
        func query(_ parameters: Int) -> String {
            (1..<parameters).map { "x\($0)=1&" }.joined() + "status=sent"
        }
        for count in [QueryReader.parametersMax - 1, QueryReader.parametersMax] {
            var reader = QueryReader(query(count))
            #expect(reader.problems.isEmpty)
            #expect(reader.take("status") { $0 } == "sent")
        }
        #expect(!QueryReader(query(QueryReader.parametersMax + 1)).problems.isEmpty)
        #expect(throws: Problem.self) {
            try ListFields().read("status=sent" + String(repeating: "&", count: 3) + query(51), principal)
        }
        #expect(try ListFields().read(String(repeating: "&", count: 5_000), principal).limit == 50)
    }

    @Test(arguments: [1, APIKeys.keyBytesMax - 1, APIKeys.keyBytesMax, APIKeys.keyBytesMax + 1])
    func `a key is looked at up to its bound`(count: Int) {
        let key = [UInt8](repeating: 0x6B, count: count)
        let found = APIKeys.key(in: "Bearer " + String(decoding: key, as: UTF8.self))
        #expect(found == (count <= APIKeys.keyBytesMax ? key : nil))
        #expect(APIKeys.key(in: "Bearer ") == nil)
    }
}
