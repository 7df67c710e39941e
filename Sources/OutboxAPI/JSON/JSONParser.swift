import Domain

/// Why a body is no JSON that we read.
enum JSONFailure: Error, Equatable {
    /// Not the grammar of RFC 8259, or bytes after the end.
    case malformed
    /// Bytes that are no UTF-8, or an escaped half of a surrogate pair.
    case invalidText
    /// Deeper than ``JSONParser/depthMax``.
    case tooDeep
    /// A name stands twice in one object: which one was meant?
    case repeatedName

    /// One sentence for the caller.
    var sentence: String {
        switch self {
        case .malformed: "The body is not JSON."
        case .invalidText: "The body holds text that is not valid Unicode."
        case .tooDeep: "The body is nested more than \(JSONParser.depthMax) levels deep."
        case .repeatedName: "An object in the body has the same name twice."
        }
    }
}

/// Reads a JSON text, strictly. The size is bounded by the body's, the depth by ``depthMax``.
struct JSONParser {
    /// The deepest nesting.
    static let depthMax = 16
    /// Up to this many names are compared each with each, which takes less time than hashing them.
    private static let comparedNamesMax = 16

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Reads one value that fills the bytes.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONFailure) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        parser.skipSpace()
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw .malformed }
        return value
    }

    /// Reads one value that fills the bytes.
    static func parse(_ bytes: [UInt8]) throws(JSONFailure) -> JSONValue {
        let result: Result<JSONValue, JSONFailure> = bytes.withUnsafeBufferPointer { buffer in
            do throws(JSONFailure) { return .success(try parse(buffer)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func value(depth: Int) throws(JSONFailure) -> JSONValue {
        guard depth <= Self.depthMax else { throw .tooDeep }
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONFailure) -> JSONValue {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw .malformed }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { throw .malformed }
        position += count
        return value
    }

    private mutating func object(depth: Int) throws(JSONFailure) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw .malformed }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw .malformed }
            skipSpace()
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw .malformed }
            break
        }
        guard !Self.repeatsName(members) else { throw .repeatedName }
        return .object(members)
    }

    /// By bytes: to Swift, canonically equivalent names are equal.
    private static func repeatsName(_ members: [JSONValue.Member]) -> Bool {
        if members.count > comparedNamesMax { return Set(members.map { Array($0.name.utf8) }).count < members.count }
        for index in members.indices.dropFirst() {
            for earlier in 0..<index where members[earlier].name.utf8.elementsEqual(members[index].name.utf8) {
                return true
            }
        }
        return false
    }

    private mutating func array(depth: Int) throws(JSONFailure) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            skipSpace()
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw .malformed }
            return .array(values)
        }
    }

    /// `-`, no superfluous zero in front, digits on both sides of a point, digits after an exponent.
    private mutating func number() throws(JSONFailure) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    private mutating func digits() throws(JSONFailure) {
        let start = position
        while let byte = peek, byte >= 0x30, byte <= 0x39 { position += 1 }
        guard position > start else { throw .malformed }
    }

    private mutating func string() throws(JSONFailure) -> String {
        position += 1
        let start = position
        // Most strings have no escape: they are taken as they stand.
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if peek == UInt8(ascii: "\"") {
            let text = try text(UnsafeBufferPointer(rebasing: bytes[start..<position]))
            position += 1
            return text
        }
        var unescaped = [UInt8](bytes[start..<position])
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                let result: Result<String, JSONFailure> = unescaped.withUnsafeBufferPointer { buffer in
                    do throws(JSONFailure) { return .success(try text(buffer)) } catch { return .failure(error) }
                }
                return try result.get()
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case ..<0x20: throw .malformed
            default: unescaped.append(byte)
            }
        }
        throw .malformed
    }

    private func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONFailure) -> String {
        // Most strings are ASCII, which is valid as it stands; the validation is generic, and looks up its types each
        // time.
        if bytes.reduce(0, |) < 0x80 { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidText }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONFailure) {
        guard let byte = peek else { throw .malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try fourHexDigits()
            if 0xD800...0xDBFF ~= code {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw .invalidText }
                let low = try fourHexDigits()
                guard 0xDC00...0xDFFF ~= low else { throw .invalidText }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw .invalidText }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw .malformed
        }
    }

    private mutating func fourHexDigits() throws(JSONFailure) -> UInt32 {
        guard position + 4 <= bytes.count else { throw .malformed }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = hexadecimalDigit(bytes[position]) else { throw .malformed }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
