/// Reads text byte by byte from the front, one byte of look-ahead, without copying it.
struct ByteReader<Bytes: IteratorProtocol> where Bytes.Element == UInt8 {
    private var bytes: Bytes
    /// The byte that ``next()`` will return; nil at the end.
    private(set) var peek: UInt8?

    init(_ bytes: Bytes) {
        self.bytes = bytes
        self.peek = self.bytes.next()
    }

    /// Takes one byte; nil at the end.
    mutating func next() -> UInt8? {
        let byte = peek
        peek = bytes.next()
        return byte
    }

    /// Takes the byte if it is the one expected.
    mutating func take(_ expected: Unicode.Scalar) -> Bool {
        guard let byte = peek, UInt32(byte) == expected.value else { return false }
        _ = next()
        return true
    }

    /// Takes exactly `count` ASCII digits (at most 9, so that the value fits); nil if there are fewer.
    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = peek.flatMap(decimalDigit) else { return nil }
            value = value * 10 + digit
            _ = next()
        }
        return value
    }
}

/// The value of an ASCII digit; nil for every other byte.
func decimalDigit(_ byte: UInt8) -> Int? {
    byte >= 0x30 && byte <= 0x39 ? Int(byte) - 0x30 : nil
}

/// The value of an ASCII hexadecimal digit of either case; nil for every other byte.
package func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}

/// `value` in decimal, filled with zeros on the left up to `width` digits.
func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
    return (value < 0 ? "-" : "") + zeros + digits
}
