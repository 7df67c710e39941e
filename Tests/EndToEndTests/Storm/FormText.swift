import TestSupport

/// One of the many ways to write the same fields as a form, as providers and their older versions do.
struct FormText {
    /// How a space is written.
    enum Space: CaseIterable { case plus, escaped, raw }

    private(set) var bytes: [UInt8] = []
    let space: Space

    init(space: Space) { self.space = space }

    /// Adds a field.
    mutating func add(_ name: String, _ value: String, _ random: inout SeededGenerator) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        bytes += Array((Int.random(in: 0..<20, using: &random) == 0 ? name.uppercased() : name).utf8)
        bytes.append(UInt8(ascii: "="))
        for byte in value.utf8 { add(byte, &random) }
    }

    /// Adds the currency as NXTele's own sample spells it: the sign `¤` where `&curren` was meant.
    mutating func addMangledCurrency(_ value: String, _ random: inout SeededGenerator) {
        let signs: [[UInt8]] = [[0xC2, 0xA4], [0xA4], Array("%C2%A4".utf8), Array("%c2%a4".utf8)]
        bytes += signs[Int.random(in: 0..<signs.count, using: &random)] + Array("cy=\(value)".utf8)
    }

    private mutating func add(_ byte: UInt8, _ random: inout SeededGenerator) {
        switch byte {
        case UInt8(ascii: " "):
            switch space {
            case .plus: bytes.append(UInt8(ascii: "+"))
            case .escaped: bytes += Array("%20".utf8)
            case .raw: bytes.append(byte)
            }
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"):
            if Int.random(in: 0..<50, using: &random) == 0 { fallthrough }
            bytes.append(byte)
        default:
            let digits = String(byte, radix: 16, uppercase: Bool.random(using: &random))
            bytes += Array("%\(digits.count == 1 ? "0" : "")\(digits)".utf8)
        }
    }
}

/// One of the many ways to write the same members as a JSON object.
func jsonObject(_ members: [(String, String)], _ random: inout SeededGenerator) -> [UInt8] {
    var text = "{"
    for (place, member) in members.shuffled(using: &random).enumerated() {
        if place > 0 { text += "," }
        text += String(repeating: " ", count: Int.random(in: 0...2, using: &random))
        text += "\"\(member.0)\":\(Bool.random(using: &random) ? " " : "")\(jsonString(member.1, &random))"
    }
    return Array((text + (Bool.random(using: &random) ? "\n}" : "}")).utf8)
}

private func jsonString(_ value: String, _ random: inout SeededGenerator) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        default:
            // Surrogate pairs too: what JSON makes of a character beyond U+FFFF.
            if scalar.value < 0x20 || Int.random(in: 0..<20, using: &random) == 0 {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
    return text + "\""
}
