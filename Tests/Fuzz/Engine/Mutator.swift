/// Makes inputs of inputs.
struct Mutator {
    /// The most changes to one input.
    private static let changesMax = 6
    private static let special =
        Array("%&=+{}[]\",:\\/@#?;|<>'u0deE.-~ \t\r\n".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xA4, 0xC2, 0xFF]
    /// Lengths around the bounds of fields, and, rarely taken, of heads and bodies.
    private static let lengths = [
        15, 16, 17, 20, 21, 31, 32, 33, 40, 41, 63, 64, 65, 127, 128, 129, 253, 255, 256, 257, 1_024, 1_025,
    ]
    private static let longLengths = [
        4_096, 4_097, 8_191, 8_192, 8_193, 16_384, 16_385, 32_768, 32_769, 65_535, 65_536, 65_537,
    ]
    private static let hugeLengths = [1 << 20, (1 << 20) + 1]
    private static let depths = [1, 2, 15, 16, 17, 18, 31, 32, 33, 34, 100]
    private static let longDepth = 20_000
    private static let numbers = [
        "0", "-0", "-1", "-9223372036854775808", "1e9999", "-1e-9999", "9223372036854775807", "9223372036854775808",
        "18446744073709551616",
        "170141183460469231731687303715884105728", "2147483647", "2147483648", "65535", "65536", "0.1", ".1", "1.",
        "00", "01", "0x10", "1_0", "NaN", "Infinity", "1e5", "1E+2", "99999999999999999999999999999999999999999",
    ]
    private static let broken: [[UInt8]] = [
        Array("%".utf8), Array("%4".utf8), Array("%zz".utf8), Array("%00".utf8), Array("%u0041".utf8),
        Array("%C2%A4cy=".utf8),
        Array(#"\"#.utf8), Array(#"\u"#.utf8), Array(#"\u12"#.utf8), Array(#"\u0000"#.utf8), Array(#"\ud800"#.utf8),
        Array(#"\udc00"#.utf8), Array(#"\ud83d\ude1c"#.utf8), Array(#"\ud83d\u0041"#.utf8), Array(#"\x"#.utf8),
        [0xC0, 0x80], [0xC2], [0xC2, 0xA4], [0xC2, 0xA4, 0x63, 0x79, 0x3D], [0xE2, 0x82], [0xED, 0xA0, 0x80],
        [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xEF, 0xBB, 0xBF], [0xFE], [0xFF, 0xFF], [0x00],
        [0xE2, 0x80, 0xAE],
        [0xEF, 0xBC, 0x91], [0x65, 0xCC, 0x81],
    ]

    private let words: [[UInt8]]
    private var random: Draw

    init(words: [String], seed: UInt64) {
        self.words = words.map { Array($0.utf8) }
        random = Draw(seed: seed)
    }

    private mutating func below(_ bound: Int) -> Int { random.below(bound) }

    private mutating func one<Item>(of items: [Item]) -> Item { items[below(items.count)] }

    /// A new input, at most ``SharedPage/inputBytesMax`` long.
    mutating func make(from pool: [[UInt8]]) -> [UInt8] {
        if below(50) == 0 { return noise() }
        var bytes = pool.isEmpty ? noise() : one(of: pool)
        for _ in 0...below(Self.changesMax) { change(&bytes, pool) }
        return bytes.count > SharedPage.inputBytesMax ? Array(bytes.prefix(SharedPage.inputBytesMax)) : bytes
    }

    private mutating func noise() -> [UInt8] {
        var bytes: [UInt8] = []
        let count = below(100)
        switch below(3) {
        case 0: for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: random.next() >> 8)) }
        case 1: for _ in 0..<count { bytes.append(one(of: Self.special)) }
        default: for _ in 0..<(count / 8) where !words.isEmpty { bytes += one(of: words) }
        }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ pool: [[UInt8]]) {
        guard !bytes.isEmpty else { return bytes.append(one(of: Self.special)) }
        let position = below(bytes.count)
        switch below(19) {
        case 0: bytes[position] ^= 1 << UInt8(below(8))
        case 1, 2: bytes[position] = one(of: Self.special)
        case 3: bytes.insert(one(of: Self.special), at: position)
        case 4: bytes.remove(at: position)
        case 5: bytes.removeSubrange(position..<min(position + 1 + below(16), bytes.count))
        case 6: bytes.removeSubrange((below(4) == 0 ? position : max(position, bytes.count - 24))...)
        case 7, 8: splice(&bytes, at: position, pool)
        case 9,
            10 where !words.isEmpty:
            bytes.insert(contentsOf: one(of: words), at: position)
        case 11: repeatToken(&bytes, at: position)
        case 12: swapTokens(&bytes)
        case 13: replaceNumber(&bytes, from: position)
        case 14: nest(&bytes, at: position)
        case 15, 16: bytes.insert(contentsOf: one(of: Self.broken), at: position)
        case 17: stretch(&bytes, at: position)
        default: bytes[position] = UInt8(truncatingIfNeeded: random.next() >> 8)
        }
    }

    private mutating func splice(_ bytes: inout [UInt8], at position: Int, _ pool: [[UInt8]]) {
        guard !pool.isEmpty else { return }
        let other = one(of: pool)
        guard !other.isEmpty else { return }
        let start = below(other.count)
        let piece = other[start..<min(start + 1 + below(64), other.count)]
        if below(2) == 0 {
            bytes.insert(contentsOf: piece, at: position)
        } else {
            bytes.replaceSubrange(position..<min(position + piece.count, bytes.count), with: piece)
        }
    }

    /// The range between separators that has the position: a field of a form, a member of an object, a line.
    private func token(_ bytes: [UInt8], at position: Int) -> Range<Int> {
        let isSeparator = { (byte: UInt8) in
            byte == UInt8(ascii: "&") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n")
        }
        let start = bytes[..<position].lastIndex(where: isSeparator).map { $0 + 1 } ?? 0
        let end = bytes[position...].firstIndex(where: isSeparator) ?? bytes.count
        return min(start, end)..<end
    }

    /// Duplicate keys and headers.
    private mutating func repeatToken(_ bytes: inout [UInt8], at position: Int) {
        let range = token(bytes, at: position)
        let separator = range.upperBound < bytes.count ? bytes[range.upperBound] : UInt8(ascii: "&")
        bytes.insert(contentsOf: Array(bytes[range]) + [separator], at: range.lowerBound)
    }

    private mutating func swapTokens(_ bytes: inout [UInt8]) {
        let first = token(bytes, at: below(bytes.count))
        let second = token(bytes, at: below(bytes.count))
        guard first.upperBound <= second.lowerBound else { return }
        let (a, b) = (Array(bytes[first]), Array(bytes[second]))
        bytes.replaceSubrange(second, with: a)
        bytes.replaceSubrange(first, with: b)
    }

    private mutating func replaceNumber(_ bytes: inout [UInt8], from position: Int) {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        guard let start = bytes[position...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let number = Array(one(of: Self.numbers).utf8)
        switch below(3) {
        case 0: bytes.insert(contentsOf: [UInt8(ascii: "e")] + number, at: end)
        default: bytes.replaceSubrange(start..<end, with: number)
        }
    }

    private mutating func nest(_ bytes: inout [UInt8], at position: Int) {
        let depth = below(500) == 0 ? Self.longDepth : one(of: Self.depths)
        let (open, close) = below(2) == 0 ? ("[", "]") : (#"{"a":"#, "}")
        let end = below(4) == 0 ? position : min(position + below(30), bytes.count)
        if below(3) > 0 { bytes.insert(contentsOf: Array(String(repeating: close, count: depth).utf8), at: end) }
        bytes.insert(contentsOf: Array(String(repeating: open, count: depth).utf8), at: position)
    }

    /// Makes a run of one byte as long as a bound, or one more or less.
    private mutating func stretch(_ bytes: inout [UInt8], at position: Int) {
        let length =
            switch below(2_048) {
            case 0: one(of: Self.hugeLengths)
            case 1...20: one(of: Self.longLengths)
            default: one(of: Self.lengths)
            }
        let byte = below(4) == 0 ? one(of: Self.special) : bytes[position]
        bytes.insert(contentsOf: repeatElement(byte, count: length), at: position)
    }
}
