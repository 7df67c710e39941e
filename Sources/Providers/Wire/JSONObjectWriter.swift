/// Writes one JSON object of texts: members in the order they are given, no white space, so the same fields are always
/// the same bytes and a signature over them holds.
struct JSONObjectWriter {
    private var members: [UInt8] = [ASCII.openBrace]

    /// The object with all members so far.
    var bytes: [UInt8] { members + [ASCII.closeBrace] }

    /// Adds a member; its name must need no escape.
    mutating func append(_ name: StaticString, _ value: String) {
        if members.count > 1 { members.append(ASCII.comma) }
        members.append(ASCII.quote)
        members.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        members.append(contentsOf: [ASCII.quote, ASCII.colon, ASCII.quote])
        for byte in value.utf8 { append(byte) }
        members.append(ASCII.quote)
    }

    /// Escapes what RFC 8259 section 7 says must be; all else is written as UTF-8.
    private mutating func append(_ byte: UInt8) {
        switch byte {
        case ASCII.quote, ASCII.backslash: members.append(contentsOf: [ASCII.backslash, byte])
        case ASCII.lineFeed: members.append(contentsOf: #"\n"#.utf8)
        case ASCII.carriageReturn: members.append(contentsOf: #"\r"#.utf8)
        case ASCII.tab: members.append(contentsOf: #"\t"#.utf8)
        case 0..<0x20:
            members.append(contentsOf: byte < 0x10 ? #"\u000"#.utf8 : #"\u001"#.utf8)
            members.append(contentsOf: String(byte & 15, radix: 16).utf8)
        default: members.append(byte)
        }
    }
}
