/// The fields of an `application/x-www-form-urlencoded` body, decoded; of a name given twice the first stands.
struct FormFields {
    private var values: [String: String] = [:]

    /// Reads a body; nil where a decoded name or value is no UTF-8.
    init?(_ body: [UInt8]) {
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let rest = end < pair.endIndex ? pair[(end + 1)...] : []
            guard let name = Self.decoded(pair[..<end]), let value = Self.decoded(rest) else { return nil }
            if values[name] == nil { values[name] = value }
        }
    }

    /// The value of a field that is there and not empty.
    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "%"), position + 1 < bytes.endIndex, let high = digit(bytes[position]),
                let low = digit(bytes[position + 1])
            {
                plain.append(high << 4 | low)
                position += 2
            } else {
                plain.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: plain, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
