/// Reads one JSON object's known members into ``WireFields``; strict RFC 8259, and UTF-8 is checked throughout.
///
/// Our own, because a webhook is one object of a dozen short members: this keeps a number's text exactly, names the
/// member at fault, and bounds the nesting. Unknown members are checked as strictly and dropped. Of duplicate members
/// the first stands. One pass, O(n) time, at most ``ParserLimits/jsonDepthMax`` stack frames. A known member that is an
/// object or array is kept as its JSON text, to be read in a pass of its own (``WireFields/json(_:)``).
struct JSONObjectReader<Field: WireField> {
    private let bytes: [UInt8]
    private let names: FieldNames<Field>
    /// See ``JSONText/string(_:at:into:repairs:)``.
    private let repairs: Bool
    private var position = 0
    /// The member being read, for messages.
    private var member: String?

    private init(_ bytes: [UInt8], _ names: FieldNames<Field>, repairs: Bool) {
        self.bytes = bytes
        self.names = names
        self.repairs = repairs
        position = JSONText.start(of: bytes)
    }

    /// Reads a whole text that must be one object; a byte order mark before it is passed over.
    ///
    /// - Parameter repairs: Whether damaged text in a string spoils only that string, not the whole. Off for webhooks,
    ///   which are refused whole and kept; on for answers to our own calls, which cannot be had again.
    static func read(
        _ bytes: [UInt8], _ names: FieldNames<Field>, repairs: Bool = false, into fields: inout WireFields<Field>
    ) throws(ParseFailure) {
        var reader = JSONObjectReader(bytes, names, repairs: repairs)
        switch reader.peek {
        case ASCII.openBrace?: break
        case nil: throw ParseFailure(.empty, field: "body")
        case let byte? where JSONText.beginsOtherValue(byte): throw ParseFailure(.wrongType, field: "body")
        default: throw reader.malformed
        }
        try reader.members(into: &fields)
        reader.skipSpace()
        if reader.peek != nil { throw reader.malformed }
    }

    /// Reads a whole text that must be an array of objects, each into fields of its own; damaged text is repaired.
    ///
    /// - Throws: also `.tooLarge` above `countMax` objects.
    static func readList(
        _ bytes: [UInt8], _ names: FieldNames<Field>, countMax: Int
    ) throws(ParseFailure) -> [WireFields<Field>] {
        var reader = JSONObjectReader(bytes, names, repairs: true)
        var list: [WireFields<Field>] = []
        try reader.expect(ASCII.openBracket)
        reader.skipSpace()
        if reader.peek == ASCII.closeBracket {
            reader.position += 1
        } else {
            while true {
                if list.count == countMax { throw ParseFailure(.tooLarge, note: "more than \(countMax) objects") }
                reader.skipSpace()
                var fields = WireFields<Field>(capacity: 128)
                try reader.members(into: &fields)
                list.append(fields)
                reader.skipSpace()
                guard reader.peek == ASCII.comma else { break }
                reader.position += 1
            }
            try reader.expect(ASCII.closeBracket)
        }
        reader.skipSpace()
        if reader.peek != nil { throw reader.malformed }
        return list
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var malformed: ParseFailure {
        ParseFailure(.malformedJSON, field: member, note: "at byte \(position)")
    }

    private mutating func skipSpace() {
        while position < bytes.count, JSONText.isSpace(bytes[position]) { position += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(ParseFailure) {
        guard peek == byte else { throw malformed }
        position += 1
    }

    // MARK: The outermost object

    private mutating func members(into fields: inout WireFields<Field>) throws(ParseFailure) {
        try expect(ASCII.openBrace)
        skipSpace()
        if peek == ASCII.closeBrace {
            position += 1
            return
        }
        while true {
            skipSpace()
            member = nil
            let mark = fields.buffer.count
            try string(into: &fields.buffer)
            let field = name(fields.buffer, from: mark)
            fields.buffer.removeSubrange(mark...)
            member = field?.wireName
            skipSpace()
            try expect(ASCII.colon)
            skipSpace()
            let start = position
            let kind = try value(into: &fields.buffer, depth: 1)
            if let field, !fields.has(field) {
                if kind == .other { fields.buffer.append(contentsOf: bytes[start..<position]) }
                fields.note(field, kind, from: mark)
            } else {
                fields.buffer.removeSubrange(mark...)
            }
            member = nil
            skipSpace()
            if peek == ASCII.comma {
                position += 1
                continue
            }
            return try expect(ASCII.closeBrace)
        }
    }

    private func name(_ buffer: [UInt8], from mark: Int) -> Field? {
        var name = PackedName()
        for index in mark..<buffer.count {
            if names.ignoresCase { name.appendFolded(buffer[index]) } else { name.append(buffer[index]) }
            if name.overflowed { break }
        }
        return names.field(name)
    }

    // MARK: Values

    /// Reads any value at the position, which is no space. `depth` counts the containers around it.
    private mutating func value(into buffer: inout [UInt8], depth: Int) throws(ParseFailure) -> WireFields<Field>.Kind {
        switch peek {
        case ASCII.quote?:
            try string(into: &buffer)
            return .text
        case ASCII.openBrace?, ASCII.openBracket?:
            try container(depth: depth + 1)
            return .other
        case UInt8(ascii: "t")?:
            try literal("true")
            return .other
        case UInt8(ascii: "f")?:
            try literal("false")
            return .other
        case UInt8(ascii: "n")?:
            try literal("null")
            return .null
        default:
            try number(into: &buffer)
            return .number
        }
    }

    private mutating func literal(_ word: StaticString) throws(ParseFailure) {
        for index in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[index]) }
    }

    /// Passes over an array or object; what lies in it is checked and dropped.
    private mutating func container(depth: Int) throws(ParseFailure) {
        if depth > ParserLimits.jsonDepthMax {
            throw ParseFailure(.tooDeep, field: member, note: "more than \(ParserLimits.jsonDepthMax) levels")
        }
        let isObject = peek == ASCII.openBrace
        let close = isObject ? ASCII.closeBrace : ASCII.closeBracket
        position += 1
        skipSpace()
        if peek == close {
            position += 1
            return
        }
        var dropped: [UInt8] = []
        while true {
            skipSpace()
            if isObject {
                try string(into: &dropped)
                skipSpace()
                try expect(ASCII.colon)
                skipSpace()
            }
            _ = try value(into: &dropped, depth: depth)
            dropped.removeAll(keepingCapacity: true)
            skipSpace()
            if peek == ASCII.comma {
                position += 1
                continue
            }
            return try expect(close)
        }
    }

    /// Copies a number as it is written.
    private mutating func number(into buffer: inout [UInt8]) throws(ParseFailure) {
        let start = position
        if peek == ASCII.minus { position += 1 }
        if peek == ASCII.zero {
            position += 1
        } else {
            try digits()
        }
        if peek == ASCII.point {
            position += 1
            try digits()
        }
        if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if peek == ASCII.plus || peek == ASCII.minus { position += 1 }
            try digits()
        }
        buffer.append(contentsOf: bytes[start..<position])
    }

    private mutating func digits() throws(ParseFailure) {
        guard let byte = peek, ASCII.digit(byte) != nil else { throw malformed }
        while let byte = peek, ASCII.digit(byte) != nil { position += 1 }
    }

    private mutating func string(into buffer: inout [UInt8]) throws(ParseFailure) {
        do {
            try JSONText.string(bytes, at: &position, into: &buffer, repairs: repairs)
        } catch {
            switch error {
            case .malformed: throw malformed
            case .nul: throw ParseFailure(.nulByte, field: member, note: "at byte \(position)")
            case .loneSurrogate: throw ParseFailure(.loneSurrogate, field: member, note: "at byte \(position)")
            case .notUTF8: throw ParseFailure(.invalidUTF8, field: member, note: "before byte \(position)")
            }
        }
    }
}
