import Foundation
import Testing

@testable import Providers

@Suite struct WriterTests {
    /// Every ASCII character, and some beyond of each length in UTF-8.
    private static let characters =
        (0..<0x80).map { String(UnicodeScalar(UInt8($0))) } + ["é", "€", "牛", "😀", "\u{2028}", "\u{FFFF}", "e\u{301}"]

    @Test func `a form says what was written`() {
        for character in Self.characters {
            var form = FormWriter()
            form.append("a", "x" + character + "y")
            form.append("b", character)
            let text = String(decoding: form.bytes, as: UTF8.self)
            let parts = text.split(separator: "&", omittingEmptySubsequences: false)
            #expect(parts.count == 2 && parts[0].hasPrefix("a=") && parts[1].hasPrefix("b="))
            #expect(parts[0].dropFirst(2).removingPercentEncoding == "x" + character + "y")
            #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
    }

    @Test func `a JSON object says what was written`() throws {
        for character in Self.characters {
            var object = JSONObjectWriter()
            object.append("a", "x" + character + "y")
            object.append("b", character)
            let read = try JSONSerialization.jsonObject(with: Data(object.bytes)) as? [String: String]
            #expect(read == ["a": "x" + character + "y", "b": character])
        }
        #expect(JSONObjectWriter().bytes == Array("{}".utf8))
    }
}
