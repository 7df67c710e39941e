import Crypto

/// Texts in a form that two different lists of them never share, to be hashed.
///
/// Each is its length as four bytes, big-endian, then its UTF-8; a missing one is four bytes of 0xFF. No text reaches
/// that length (``ParserLimits/inputBytesMax``).
struct CanonicalTexts {
    private(set) var bytes: [UInt8]

    /// Continues after bytes that already are canonical.
    init(after prefix: [UInt8] = [], capacity: Int = 256) {
        bytes = prefix
        bytes.reserveCapacity(prefix.count + capacity)
    }

    mutating func append(_ text: String?) {
        guard let text else { return append(length: .max) }
        let utf8 = text.utf8
        append(length: UInt32(truncatingIfNeeded: utf8.count))
        bytes.append(contentsOf: utf8)
    }

    private mutating func append(length: UInt32) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> UInt32(shift))) }
    }
}

/// The first eight bytes of a SHA-256, enough to tell a repeated event from one with the same key and other content.
enum ContentHash {
    static func of(_ bytes: [UInt8]) -> Int64 {
        var value: UInt64 = 0
        for byte in SHA256.hash(data: bytes).prefix(8) { value = value << 8 | UInt64(byte) }
        return Int64(bitPattern: value)
    }
}
