/// The canonical text of a UUID: lower-case, 8-4-4-4-12 (RFC 9562 section 4).
func uuidText(of value: UInt128) -> String {
    let digits: StaticString = "0123456789abcdef"
    return String(unsafeUninitializedCapacity: uuidTextBytes) { buffer in
        var length = 0
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                buffer[length] = 0x2D
                length += 1
            }
            let digit = Int(truncatingIfNeeded: value >> UInt128(124 - 4 * nibble)) & 0xF
            buffer[length] = digits.utf8Start[digit]
            length += 1
        }
        return length
    }
}

/// Reads a UUID in either case, with all four hyphens (8-4-4-4-12) or with none; nil for everything else.
func uuidValue(of text: some StringProtocol) -> UInt128? {
    let count = text.utf8.count
    guard count == uuidTextBytes || count == 32 else { return nil }
    // A receipt has three of these, and bytes in one piece are read ten times faster than through the protocol.
    if let value = text.utf8.withContiguousStorageIfAvailable({ uuidValue(ofBytes: $0) }) { return value }
    return Array(text.utf8).withUnsafeBufferPointer { uuidValue(ofBytes: $0) }
}

private func uuidValue(ofBytes bytes: UnsafeBufferPointer<UInt8>) -> UInt128? {
    let isHyphenated = bytes.count == uuidTextBytes
    var value: UInt128 = 0
    for (position, byte) in bytes.enumerated() {
        if isHyphenated, position == 8 || position == 13 || position == 18 || position == 23 {
            guard byte == 0x2D else { return nil }
        } else {
            guard let digit = hexadecimalDigit(byte) else { return nil }
            value = value << 4 | UInt128(digit)
        }
    }
    return value
}

private let uuidTextBytes = 36
