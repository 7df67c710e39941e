import Domain

/// The secret in a query, and the query without it.
struct QueryToken: Equatable {
    /// The longest value that is decoded and compared, in bytes as they came.
    static let valueBytesMax = 1_024

    /// The decoded value of the first `token=`; nil if there is none.
    var token: [UInt8]?
    /// The query as it came, with the value of every `token=` removed.
    var rest: [UInt8]

    /// Splits a query at `&`. Names are decoded before they are compared, so that no spelling of `token` is stored.
    init(query range: Range<Int>, of bytes: UnsafeRawBufferPointer) {
        token = nil
        rest = []
        guard !range.isEmpty else { return }
        rest.reserveCapacity(range.count)
        var start = range.lowerBound
        while true {
            let end = bytes.firstOffset(of: UInt8(ascii: "&"), in: start..<range.upperBound) ?? range.upperBound
            let equals = bytes.firstOffset(of: UInt8(ascii: "="), in: start..<end)
            if let equals, Self.isToken(start..<equals, of: bytes) {
                if token == nil, end - equals - 1 <= Self.valueBytesMax {
                    token = Self.decoded((equals + 1)..<end, of: bytes)
                }
                rest.append(contentsOf: bytes[start...equals])
            } else {
                rest.append(contentsOf: bytes[start..<end])
            }
            guard end < range.upperBound else { break }
            rest.append(UInt8(ascii: "&"))
            start = end + 1
        }
    }

    /// Undoes percent-encoding; what is no valid escape stays as it is. A `+` is a `+`: no token has a space.
    static func decoded(_ range: Range<Int>, of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < range.upperBound,
                let high = hexadecimalDigit(bytes[index + 1]), let low = hexadecimalDigit(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(byte)
                index += 1
            }
        }
        return decoded
    }

    private static func isToken(_ name: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.holds("token", at: name) { return true }
        // "token" with every letter encoded has 15 bytes.
        guard (5...15).contains(name.count), bytes.firstOffset(of: UInt8(ascii: "%"), in: name) != nil else {
            return false
        }
        return decoded(name, of: bytes).elementsEqual("token".utf8)
    }
}
