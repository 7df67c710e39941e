import Testing

@testable import Runtime

@Suite struct JSONTextTests {
    private func json(_ text: String, bytesMax: Int = 1_000) -> String {
        var line: [UInt8] = []
        JSONText.append(text, to: &line, bytesMax: bytesMax)
        return String(decoding: line, as: UTF8.self)
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("a\"b", #""a\"b""#), ("a\\b", #""a\\b""#), ("a/b", #""a/b""#),
        ("a\nb\r\tc", #""a\nb\r\tc""#), ("\u{0}\u{1}\u{1F}\u{7F}", #""\u0000\u0001\u001f\u007f""#),
        ("ä€😀", #""ä€😀""#), ("\u{8}\u{C}", #""\u0008\u000c""#),
    ])
    func `a text is written as a JSON string`(text: String, expected: String) {
        #expect(json(text) == expected)
    }

    @Test func `bytes that are no text come out as valid Unicode`() {
        #expect(json(String(decoding: [0x61, 0xFF, 0xC3, 0x62], as: UTF8.self)) == "\"a\u{FFFD}\u{FFFD}b\"")
    }

    @Test(arguments: [(4, "\"abcd…\""), (5, "\"abcd…\""), (6, "\"abcdä…\""), (7, "\"abcdäe\"")])
    func `a long text is cut at a character's border`(bytesMax: Int, expected: String) {
        #expect(json("abcdäe", bytesMax: bytesMax) == expected)
    }
}
