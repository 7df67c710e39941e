import Domain

/// A place in a list, as text that callers hand back as it is: base64url without padding (RFC 4648 section 5).
enum Cursor {
    static let fault = FieldFault("Must be a cursor that an earlier page gave.")
    static let idBytes = 16
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count)) & 0x3F])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count)) & 0x3F]) }
        return String(decoding: text, as: UTF8.self)
    }

    static func bytes(of text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    static func text<Kind>(of id: Identifier<Kind>) -> String { text(of: bytes(of: id)) }

    /// The bytes of an id, in whose order ids are listed.
    static func bytes<Kind>(of id: Identifier<Kind>) -> [UInt8] {
        (0..<idBytes).map { UInt8(truncatingIfNeeded: id.rawValue >> UInt128(120 - 8 * $0)) }
    }

    /// The id that these are the bytes of; nil where they are too few or too many.
    static func id<Kind>(of bytes: some Collection<UInt8>) -> Identifier<Kind>? {
        guard bytes.count == idBytes else { return nil }
        return Identifier(rawValue: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }
}
