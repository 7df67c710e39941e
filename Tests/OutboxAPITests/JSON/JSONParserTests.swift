import Testing

@testable import OutboxAPI

@Suite struct JSONParserTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .number("0")),
        ("-0.50e+7", .number("-0.50e+7")), ("12345678901234567890.10", .number("12345678901234567890.10")),
        (#""a\"\\\/\b\f\n\r\t\u0041""#, .string("a\"\\/\u{8}\u{C}\n\r\tA")), (#""\ud83d\ude00é""#, .string("😀é")),
        ("[]", .array([])), ("[1, [\n]]", .array([.number("1"), .array([])])), ("{ }", .object([])),
        (
            #"{"b":1,"a":{"b":null}}"#,
            .object([
                .init("b", .number("1")), .init("a", .object([.init("b", .null)])),
            ])
        ),
    ])
    func `what the grammar allows is read as it stands`(text: String, value: JSONValue) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "01", "1.", ".5", "+1", "1e", "--1", "0x1", "NaN", "[1,]", "[,]", "[1 2]",
        "[", "]", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}", "{1:1}", #"{"a":1 "b":2}"#, #"""#, #""a"#,
        #""\x""#, #""\u12""#, #""\u12g4""#, "\"\n\"", "\"\t\"", "'a'", "1 1", "// x\n1", "\u{FEFF}1",
    ])
    func `what it does not allow is malformed`(text: String) {
        #expect(throws: JSONFailure.malformed) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xC3, 0x22],
        Array(#""\ud800""#.utf8), Array(#""\udc00""#.utf8), Array(#""\ud800\u0041""#.utf8), Array(#""\ud800x""#.utf8),
    ])
    func `text that is no Unicode is refused`(bytes: [UInt8]) {
        #expect(throws: JSONFailure.invalidText) { try JSONParser.parse(bytes) }
    }

    @Test func `nesting is bounded, and a name may stand once`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(try JSONParser.parse(nested(JSONParser.depthMax + 1)).kind == "an array")
        #expect(throws: JSONFailure.tooDeep) { try JSONParser.parse(nested(JSONParser.depthMax + 2)) }
        #expect(throws: JSONFailure.tooDeep) { try JSONParser.parse(nested(30_000)) }
        #expect(throws: JSONFailure.repeatedName) { try JSONParser.parse(Array(#"{"a":1,"\u0061":2}"#.utf8)) }
        // Canonically equivalent, but not the same name.
        #expect(try JSONParser.parse(Array(#"{"\u00e9":1,"e\u0301":2}"#.utf8)).members.count == 2)
    }

    @Test func `what is written is read back the same`() throws {
        let text =
            #"{"a":[1.50,-0,null,true,"\u0000\u001f\u007f\"\\\/é😀"],"":{"x":{}},"n":123456789012345678901234567890.5}"#
        let value = try JSONParser.parse(Array(text.utf8))
        var writer = JSONWriter()
        writer.value(value)
        #expect(try JSONParser.parse(writer.bytes) == value)
    }
}
