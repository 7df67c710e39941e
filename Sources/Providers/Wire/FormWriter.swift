/// Writes `application/x-www-form-urlencoded`.
///
/// Every byte of the UTF-8 but `A-Z a-z 0-9 - . _ ~` is written as `%` and two capital digits; the space too, since
/// `%20` has one meaning everywhere and `+` has not.
struct FormWriter {
    private(set) var bytes: [UInt8] = []

    /// Adds a field; an empty one is written too.
    mutating func append(_ name: StaticString, _ value: String) {
        if !bytes.isEmpty { bytes.append(ASCII.ampersand) }
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(ASCII.equals)
        append(encoded: value)
    }

    /// A value as it is written.
    static func encoded(_ value: String) -> String {
        var writer = FormWriter()
        writer.append(encoded: value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private mutating func append(encoded value: String) {
        for byte in value.utf8 {
            if Self.isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes.append(ASCII.percent)
                bytes.append(Self.hexDigit(byte >> 4))
                bytes.append(Self.hexDigit(byte & 15))
            }
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case ASCII.minus, ASCII.point, UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: ASCII.digit(byte) != nil
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? ASCII.zero + value : UInt8(ascii: "A") + value - 10
    }
}
