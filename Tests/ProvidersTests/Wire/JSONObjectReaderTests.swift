import Foundation
import Testing

@testable import Providers

struct JSONObjectReaderTests {
    private enum Member: Int, WireField {
        case a, b
        var wireName: String { self == .a ? "a" : "b" }
    }

    /// The text of member `a`, "" where it is absent; throws as the reader does.
    private func read(_ json: [UInt8]) throws(ParseFailure) -> String {
        var fields = WireFields<Member>(capacity: 16)
        try JSONObjectReader.read(json, FieldNames(Member.self, ignoresCase: false), into: &fields)
        return try fields.text(.a, TextRule(bytesMax: 1 << 20, acceptsNumbers: true, allowsControls: true)) ?? ""
    }

    private func reason(_ json: [UInt8]) -> ParseFailure.Reason? {
        do throws(ParseFailure) {
            _ = try read(json)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(arguments: [
        #"{"a":"x"}"#, "\t\r\n {\n\"a\" :\t\"x\" , \"b\":1}\n", #"{"b":[],"a":"x"}"#, #"{"\u0061":"x"}"#,
        #"{"b":{"a":"y"},"a":"x"}"#, #"{"":0,"a":"x"}"#, #"{"c":[[],{},[{"d":[-0.5E+3,true,false,null]}]],"a":"x"}"#,
        #"{"a":"x","a":"y"}"#, #"{"\u0061b":1,"aaaaaaaaaaaaaaaaaaaaaaaa":"y","a":"x"}"#,
    ])
    func `well-formed objects are read`(json: String) throws {
        #expect(try read(Array(json.utf8)) == "x")
    }

    @Test(arguments: [
        "{", "{}}", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{\"a\":01}",
        "{\"a\":+1}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":0x1}",
        "{\"a\":NaN}", "{\"a\":tru}", "{\"a\":True}", "{\"a\":nulll}", "{\"a\":\"x}", "{\"a\":\"\n\"}",
        "{\"a\":\"\t\"}", "{\"a\":\"\\x41\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\",
        "{\"a\":[1,]}",
        "{\"a\":[1}", "{\"a\":{\"b\"}}", "{\"a\":1}/**/", "/**/{}", "{\"a\":1}\u{C}", "{\"a\" 1}", "{\"a\":[1 2]}",
    ])
    func `what is no JSON is refused`(json: String) {
        #expect(reason(Array(json.utf8)) == .malformedJSON)
    }

    @Test(arguments: ["[", "{\"b\":"])
    func `nesting is bounded exactly`(opening: String) {
        func nested(_ levels: Int) -> [UInt8] {
            let closing = opening == "[" ? "]" : "}"
            let inner =
                String(repeating: opening, count: levels - 1) + (opening == "[" ? "" : "0")
                + String(repeating: closing, count: levels - 1)
            return Array("{\"a\":\(inner)}".utf8)
        }
        #expect(reason(nested(ParserLimits.jsonDepthMax)) == .wrongType)  // well-formed, and no text
        #expect(reason(nested(ParserLimits.jsonDepthMax + 1)) == .tooDeep)
        #expect(reason(nested(100_000)) == .tooDeep)
    }

    @Test(
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ] as [[UInt8]])
    func `what is no UTF-8 is refused wherever it stands`(bytes: [UInt8]) {
        for (before, after) in [
            ("{\"a\":\"", "\"}"), ("{\"", "\":1}"), ("{\"c\":[\"", "\"]}"), ("{\"a\":\"é", "\\n\"}"),
        ] {
            #expect(reason(Array(before.utf8) + bytes + Array(after.utf8)) == .invalidUTF8)
        }
    }

    @Test(arguments: [#"{"a":{"b":[1, "}"]} }"#, #"{"c":1,"a":{"b":[1, "}"]},"a":[]}"#])
    func `an object in an object is kept as its text`(json: String) throws {
        var fields = WireFields<Member>(capacity: 16)
        try JSONObjectReader.read(
            Array(json.utf8), FieldNames(Member.self, ignoresCase: false), into: &fields)
        #expect(fields.json(.a).map { String(decoding: $0, as: UTF8.self) } == #"{"b":[1, "}"]}"#)
        #expect(fields.json(.b) == nil)
    }

    private func list(_ json: String, countMax: Int = 3) throws(ParseFailure) -> [String?] {
        let names = FieldNames(Member.self, ignoresCase: false)
        return try JSONObjectReader.readList(Array(json.utf8), names, countMax: countMax).map { fields in
            try? fields.text(.a, TextRule(bytesMax: 10, acceptsNumbers: true))
        }
    }

    @Test func `a list of objects is read one by one`() throws {
        #expect(try list("[]") == [])
        #expect(try list(" [ ] ") == [])
        #expect(try list(#"[{"a":"x"},{} , {"b":[{"a":"y"}],"a":2}]"#) == ["x", nil, "2"])
    }

    @Test(arguments: [
        "", "{}", "[", "[,]", "[{}", "[{},]", "[{} {}]", "[1]", "[[]]", "[null]", "[{}]]", "[{}] x", "[{},{},{},{}]",
        #"[{"a":1},{"a":}]"#,
    ])
    func `what is no list of objects is refused`(json: String) {
        #expect(throws: ParseFailure.self) { try list(json) }
    }

    @Test(arguments: [
        (#"\ud83d"#, "\u{FFFD}"), (#"\ud83dx"#, "\u{FFFD}x"), (#"\ud83d\u0041"#, "\u{FFFD}A"),
        (#"\udc00\ud83d\ude1c"#, "\u{FFFD}😜"), (#"\u0000"#, "\u{FFFD}"), (#"\ud83d\ud83d\ude1c"#, "\u{FFFD}😜"),
    ])
    func `damaged escapes are repaired only where that is asked for`(escaped: String, text: String) throws {
        let json = #"{"b":"\#(escaped)","a":"\#(escaped)"}"#
        #expect(reason(Array(json.utf8)) != nil)
        #expect(try list("[\(json)]") == [text])
        // A text that is not UTF-8 spoils itself alone, an escape that is none spoils the whole.
        let names = FieldNames(Member.self, ignoresCase: false)
        let bytes = Array(#"[{"b":""#.utf8) + [0xFF] + Array(#"","a":"x"}]"#.utf8)
        let fields = try #require(try JSONObjectReader.readList(bytes, names, countMax: 1).first)
        #expect(try fields.text(.a, TextRule(bytesMax: 10)) == "x")
        #expect(throws: ParseFailure.self) { try fields.text(.b, TextRule(bytesMax: 10)) }
        #expect(throws: ParseFailure.self) { try list(#"[{"b":"\ud83d\u00"}]"#) }
        #expect(throws: ParseFailure.self) { try list(#"[{"b":"\u12g4"}]"#) }
    }

    /// Foundation's parser is the judge: what it refuses we refuse, what it accepts we accept, and strings come out alike.
    /// Left out are inputs on which ours is stricter on purpose (U+0000, other types) or Foundation's laxer than RFC 8259
    /// (a comma before the closing bracket).
    @Test func `on 20 000 mutated objects it agrees with Foundation`() {
        let seed: UInt64 = 0x0F0F_2024
        let source = HostileBytes(samples: [
            #"{"a":"some plain words, \n\u00e9","b":[1,{"c":null}],"d":-1.5e3}"#,
            #"{"a":"more words äöü 😜\ud83d\ude1c","b":true}"#,
        ])
        var (agreed, read) = (0, 0)
        for index in 0..<20_000 {
            var random = SeededGenerator(seed: seed &+ UInt64(index))
            let bytes = source.make(&random)
            guard bytes.first == ASCII.openBrace, !bytes.contains(0), !hasTrailingComma(bytes) else { continue }
            let ours = reason(bytes)
            if ours == .nulByte || ours == .wrongType { continue }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
            #expect((ours == nil) == (theirs != nil), "seed \(seed), input \(index): \(bytes)")
            agreed += 1
            if ours == nil, let text = theirs?["a"] as? String, duplicates(of: "a", in: bytes) == 1 {
                #expect((try? self.read(bytes)) == text, "seed \(seed), input \(index)")
                read += 1
            }
        }
        #expect(agreed > 5_000 && read > 500, "agreed \(agreed), read \(read)")
    }

    private func hasTrailingComma(_ bytes: [UInt8]) -> Bool {
        let solid = bytes.filter { !JSONText.isSpace($0) }
        return zip(solid, solid.dropFirst()).contains {
            $0 == ASCII.comma && ($1 == ASCII.closeBracket || $1 == ASCII.closeBrace)
        }
    }

    private func duplicates(of name: String, in bytes: [UInt8]) -> Int {
        bytes.split(separator: Array("\"\(name)\"".utf8), omittingEmptySubsequences: false).count - 1
    }
}
