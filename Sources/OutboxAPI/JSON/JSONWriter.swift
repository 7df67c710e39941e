/// Writes JSON from front to back: the same values always become the same bytes, and decimals are written digit by
/// digit.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    mutating func array(_ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// A member's name; its value follows. Names are ours and need no escape.
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        raw(name)
        raw("\":")
        needsComma = false
    }

    /// A member's name that may hold anything.
    mutating func name(text name: String) {
        value(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func null() {
        separate()
        raw("null")
    }

    mutating func value(_ value: Bool) {
        separate()
        raw(value ? "true" : "false")
    }

    mutating func value(_ value: Int) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// A number, or anything else that is JSON as it stands.
    mutating func value(json text: String) {
        separate()
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    mutating func value(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { text in
            // Most texts have nothing to escape: they are taken as they stand.
            if text.contains(where: Self.isEscaped) {
                for byte in text { escaped(byte) }
            } else {
                bytes.append(contentsOf: text)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        case ..<0x20:
            raw("\\u00")
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 0xF)])
        default: bytes.append(byte)
        }
    }

    mutating func value(_ value: JSONValue, sortingNames: Bool = false) {
        switch value {
        case .null: null()
        case .bool(let bool): self.value(bool)
        case .number(let text): self.value(json: text)
        case .string(let text): self.value(text)
        case .array(let values):
            array { for value in values { $0.value(value, sortingNames: sortingNames) } }
        case .object(let members):
            let members =
                sortingNames
                ? members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } : members
            object {
                for member in members {
                    $0.name(text: member.name)
                    $0.value(member.value, sortingNames: sortingNames)
                }
            }
        }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}
