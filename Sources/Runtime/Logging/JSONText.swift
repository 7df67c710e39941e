/// Appends JSON to a line of bytes (RFC 8259 §7).
enum JSONText {
    private static let hexDigits: [UInt8] = Array("0123456789abcdef".utf8)

    /// Appends a JSON string, quotes included, of at most `bytesMax` bytes of the text and then `…`.
    ///
    /// Swift's strings are valid Unicode, so what is cut at a scalar's border is valid UTF-8.
    static func append(_ text: String, to line: inout [UInt8], bytesMax: Int) {
        line.append(UInt8(ascii: "\""))
        var text = text
        let isCut = text.utf8.count > bytesMax
        if isCut {
            var end = text.utf8.index(text.startIndex, offsetBy: bytesMax)
            while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
            text = String(text.unicodeScalars[..<end])
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                line.append(UInt8(ascii: "\\"))
                line.append(byte)
            case UInt8(ascii: "\n"): line.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case UInt8(ascii: "\r"): line.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            case UInt8(ascii: "\t"): line.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            case 0..<0x20, 0x7F:
                line.append(contentsOf: "\\u00".utf8)
                line.append(hexDigits[Int(byte >> 4)])
                line.append(hexDigits[Int(byte & 15)])
            default: line.append(byte)
            }
        }
        if isCut { line.append(contentsOf: "…".utf8) }
        line.append(UInt8(ascii: "\""))
    }

    /// Appends `,"name":` or, right after an opening brace, `"name":`.
    static func appendKey(_ name: String, to line: inout [UInt8], bytesMax: Int) {
        if line.last != UInt8(ascii: "{") { line.append(UInt8(ascii: ",")) }
        append(name, to: &line, bytesMax: bytesMax)
        line.append(UInt8(ascii: ":"))
    }
}
