import NIOCore

/// Makes a request line readable for a strict parser.
///
/// NXTele's older accounts write raw spaces into the target, and their documentation's sample has a raw `¤`. Only the
/// bytes 0x20 and 0x80–0xFF are percent-encoded; what was already encoded stays as it is. What is stored is the
/// original, not this (see ``RequestHead/target``): the provider's parser reads both alike.
enum RequestLineRepair {
    private static let digits: StaticString = "0123456789ABCDEF"

    /// The head's bytes with the target encoded, and all bytes after the target as they were.
    ///
    /// - Parameters:
    ///   - message: The head and as much of the body as goes with it.
    ///   - target: Where the target lies, from the message's first byte.
    /// - Returns: A new buffer, longer by at most twice the target's length.
    static func repaired(_ message: ByteBuffer, target: Range<Int>, allocator: ByteBufferAllocator) -> ByteBuffer {
        var repaired = allocator.buffer(capacity: message.readableBytes + 2 * target.count)
        message.withUnsafeReadableBytes { bytes in
            repaired.writeBytes(bytes[..<target.lowerBound])
            for byte in bytes[target] {
                if byte == 0x20 || byte >= 0x80 {
                    repaired.writeInteger(UInt8(ascii: "%"))
                    repaired.writeInteger(digits.utf8Start[Int(byte >> 4)])
                    repaired.writeInteger(digits.utf8Start[Int(byte & 0x0F)])
                } else {
                    repaired.writeInteger(byte)
                }
            }
            repaired.writeBytes(bytes[target.upperBound...])
        }
        return repaired
    }
}
