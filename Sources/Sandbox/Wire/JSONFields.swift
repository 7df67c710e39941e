/// The members of one flat JSON object, as a signed send call's body has them.
///
/// The sandbox's own reader, so that a fault in the one it helps to test is not repeated here. Objects and arrays as
/// values are refused: no call has any.
struct JSONFields {
    private var values: [String: String] = [:]

    /// Reads a body; nil where it is not one object of texts, numbers, true, false and null.
    init?(_ body: [UInt8]) {
        var reader = Reader(bytes: body)
        guard reader.take("{") else { return nil }
        if !reader.take("}") {
            repeat {
                guard let name = reader.string(), reader.take(":") else { return nil }
                guard let value = reader.value() else { return nil }
                if values[name] == nil, case .text(let text) = value { values[name] = text }
            } while reader.take(",")
            guard reader.take("}") else { return nil }
        }
        guard reader.isAtEnd else { return nil }
    }

    /// The value of a member that is there, not null and not empty; a number or truth value as it is written.
    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    private enum Value {
        case null
        case text(String)
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return position == bytes.count
            }
        }

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
            position += 1
            return true
        }

        mutating func value() -> Value? {
            skipSpace()
            guard position < bytes.count else { return nil }
            if bytes[position] == UInt8(ascii: "\"") { return string().map(Value.text) }
            let start = position
            while position < bytes.count, Self.isWordByte(bytes[position]) { position += 1 }
            let word = String(decoding: bytes[start..<position], as: UTF8.self)
            switch word {
            case "null": return .null
            case "true", "false": return .text(word)
            default: return Double(word) != nil && word.first?.isLetter == false ? .text(word) : nil
            }
        }

        mutating func string() -> String? {
            guard take("\"") else { return nil }
            var plain: [UInt8] = []
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return String(validating: plain, as: UTF8.self)
                case 0..<0x20: return nil
                case UInt8(ascii: "\\"):
                    guard escape(into: &plain) else { return nil }
                default: plain.append(byte)
                }
            }
            return nil
        }

        private mutating func escape(into plain: inout [UInt8]) -> Bool {
            guard position < bytes.count else { return false }
            let letter = bytes[position]
            position += 1
            switch letter {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(letter)
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case UInt8(ascii: "t"): plain.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = unicode() else { return false }
                plain.append(contentsOf: String(scalar).utf8)
            default: return false
            }
            return true
        }

        private mutating func unicode() -> Unicode.Scalar? {
            guard let high = fourDigits() else { return nil }
            guard high & 0xFC00 == 0xD800 else { return Unicode.Scalar(high) }
            guard bytes[position...].starts(with: "\\u".utf8) else { return nil }
            position += 2
            guard let low = fourDigits(), low & 0xFC00 == 0xDC00 else { return nil }
            return Unicode.Scalar(0x1_0000 + (high & 0x3FF) << 10 + (low & 0x3FF))
        }

        private mutating func fourDigits() -> UInt32? {
            guard position + 4 <= bytes.count else { return nil }
            let digits = bytes[position..<(position + 4)]
            position += 4
            guard digits.allSatisfy({ Self.isWordByte($0) }) else { return nil }
            return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        }

        private mutating func skipSpace() {
            while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
        }

        private static func isWordByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
