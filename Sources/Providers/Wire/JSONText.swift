/// The lexical part of JSON: where a text starts, and how a string is decoded.
enum JSONText {
    /// What can be wrong with a string.
    enum StringFault: Error { case malformed, nul, loneSurrogate, notUTF8 }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == ASCII.tab
    }

    /// Where the first value begins, after a byte order mark and white space.
    static func start(of bytes: [UInt8]) -> Int {
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while position < bytes.count, isSpace(bytes[position]) { position += 1 }
        return position
    }

    /// Whether a text that begins with `byte` may be JSON, though no object.
    static func beginsOtherValue(_ byte: UInt8) -> Bool {
        switch byte {
        case ASCII.openBracket, ASCII.quote, ASCII.minus: true
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): true
        default: ASCII.digit(byte) != nil
        }
    }

    /// Decodes the string at `position` onto the end of `buffer` and moves past it; valid UTF-8 without U+0000.
    ///
    /// On failure `position` is at or just after the fault, and what was appended must not be used.
    ///
    /// - Parameter repairs: takes U+FFFD for an escape that names U+0000 or half of a pair, and leaves it to the
    ///   reader of the text to check its UTF-8.
    static func string(
        _ bytes: [UInt8], at position: inout Int, into buffer: inout [UInt8], repairs: Bool = false
    ) throws(StringFault) {
        guard position < bytes.count, bytes[position] == ASCII.quote else { throw .malformed }
        position += 1
        let start = buffer.count
        var isASCII = true
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case ASCII.quote:
                position += 1
                if !isASCII, !repairs, (try? UTF8Span(validating: buffer.span.extracting(start..<buffer.count))) == nil
                {
                    throw .notUTF8
                }
                return
            case ASCII.backslash:
                position += 1
                try escape(bytes, at: &position, into: &buffer, repairs: repairs)
            case 0:
                throw .nul
            case 0..<0x20:
                throw .malformed
            default:
                if byte >= 0x80 { isASCII = false }
                buffer.append(byte)
                position += 1
            }
        }
        throw .malformed
    }

    /// Decodes what follows a backslash.
    private static func escape(
        _ bytes: [UInt8], at position: inout Int, into buffer: inout [UInt8], repairs: Bool
    ) throws(StringFault) {
        guard position < bytes.count else { throw .malformed }
        let letter = bytes[position]
        position += 1
        switch letter {
        case ASCII.quote, ASCII.backslash, ASCII.slash: buffer.append(letter)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(ASCII.lineFeed)
        case UInt8(ascii: "r"): buffer.append(ASCII.carriageReturn)
        case UInt8(ascii: "t"): buffer.append(ASCII.tab)
        case UInt8(ascii: "u"):
            let start = position
            do {
                try unicode(bytes, at: &position, into: &buffer)
            } catch  where repairs && error != .malformed {
                position = start + 4  // what follows is read for itself, also where it was no second half
                buffer.append(contentsOf: UTF8.encodedReplacementCharacter)
            }
        default: throw .malformed
        }
    }

    /// Decodes the four digits after `\u`, and a second escape where the first is half of a pair (RFC 8259 section 7).
    private static func unicode(
        _ bytes: [UInt8], at position: inout Int, into buffer: inout [UInt8]
    ) throws(StringFault) {
        var code = UInt32(try fourHexDigits(bytes, at: &position))
        if code == 0 { throw .nul }
        if code & 0xFC00 == 0xD800 {
            guard position + 1 < bytes.count, bytes[position] == ASCII.backslash,
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw .loneSurrogate }
            position += 2
            let low = UInt32(try fourHexDigits(bytes, at: &position))
            guard low & 0xFC00 == 0xDC00 else { throw .loneSurrogate }
            code = 0x1_0000 + (code & 0x3FF) << 10 + low & 0x3FF
        }
        guard let scalar = Unicode.Scalar(code) else { throw .loneSurrogate }
        buffer.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private static func fourHexDigits(_ bytes: [UInt8], at position: inout Int) throws(StringFault) -> UInt16 {
        guard position + 4 <= bytes.count else { throw .malformed }
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = ASCII.hexDigit(bytes[position]) else { throw .malformed }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
