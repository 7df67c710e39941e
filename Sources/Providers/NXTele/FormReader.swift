/// Reads the known fields of a form (query or body) into ``WireFields``; lenient in form, never fails, never traps.
///
/// `+`, `%20` and a raw space are the same; a `%` that begins no escape stands for itself; names match without regard
/// to case; of duplicate fields the first stands, so what is read first wins. One pass, O(n).
enum FormReader {
    /// Reads one form.
    ///
    /// - Parameter currency: the field that NXTele's own sample spells `¤cy` (an HTML reader took `&curren` of
    ///   `&currency` for the sign). The bytes C2 A4 or A4, raw or percent-encoded, before `cy=` begin that field. Nil
    ///   where the format has no such field, so that a text which holds those bytes stays whole.
    static func read<Field: WireField>(
        _ bytes: [UInt8], _ names: FieldNames<Field>, currency: Field?, into fields: inout WireFields<Field>
    ) {
        let count = lengthWithoutLineEnd(bytes)
        var start = 0
        var isCurrency = false
        while start < count {
            var end = start
            var separator = 1
            var beginsCurrency = false
            while end < count {
                let byte = bytes[end]
                if byte == ASCII.ampersand { break }
                if currency != nil, byte == ASCII.percent || byte >= 0x80 {
                    let sign = CurrencySign.length(in: bytes, at: end, before: count)
                    if sign > 0 {
                        separator = sign
                        beginsCurrency = true
                        break
                    }
                }
                end += 1
            }
            if isCurrency, let currency {
                value(bytes, start + CurrencySign.nameLength, end, of: currency, into: &fields)
            } else {
                pair(bytes, start, end, names, into: &fields)
            }
            isCurrency = beginsCurrency
            start = end + separator
        }
    }

    /// A body made by hand often ends with a line end, which belongs to no field.
    private static func lengthWithoutLineEnd(_ bytes: [UInt8]) -> Int {
        var count = bytes.count
        while count > 0, bytes[count - 1] == ASCII.lineFeed || bytes[count - 1] == ASCII.carriageReturn { count -= 1 }
        return count
    }

    private static func pair<Field: WireField>(
        _ bytes: [UInt8], _ start: Int, _ end: Int, _ names: FieldNames<Field>, into fields: inout WireFields<Field>
    ) {
        var name = PackedName()
        var position = start
        while position < end, bytes[position] != ASCII.equals {
            let byte = decoded(bytes, &position, end)
            if names.ignoresCase { name.appendFolded(byte) } else { name.append(byte) }
        }
        guard let field = names.field(name) else { return }
        value(bytes, min(position + 1, end), end, of: field, into: &fields)
    }

    private static func value<Field: WireField>(
        _ bytes: [UInt8], _ start: Int, _ end: Int, of field: Field, into fields: inout WireFields<Field>
    ) {
        if fields.has(field) { return }
        let mark = fields.buffer.count
        var position = start
        while position < end { fields.buffer.append(decoded(bytes, &position, end)) }
        fields.note(field, .text, from: mark)
    }

    /// The byte that is written at `position`, which moves past it.
    @inline(__always)
    static func decoded(_ bytes: [UInt8], _ position: inout Int, _ end: Int) -> UInt8 {
        let byte = bytes[position]
        if byte == ASCII.percent, position + 2 < end, let high = ASCII.hexDigit(bytes[position + 1]),
            let low = ASCII.hexDigit(bytes[position + 2])
        {
            position += 3
            return high << 4 | low
        }
        position += 1
        return byte == ASCII.plus ? ASCII.space : byte
    }
}

/// The sign `¤` where it stands for `&curren`: C2 A4 in UTF-8, A4 in Latin-1, each byte raw or percent-encoded.
private enum CurrencySign {
    /// Length of `cy=`, what is left of the field's name after the sign.
    static let nameLength = 3

    /// How many bytes the sign takes at `position`; 0 where there is none or no `cy=` follows.
    static func length(in bytes: [UInt8], at position: Int, before end: Int) -> Int {
        var next = position
        var byte = FormReader.decoded(bytes, &next, end)
        if byte == 0xC2, next < end { byte = FormReader.decoded(bytes, &next, end) }
        guard byte == 0xA4, next + nameLength <= end, bytes[next] == UInt8(ascii: "c"),
            bytes[next + 1] == UInt8(ascii: "y"), bytes[next + 2] == ASCII.equals
        else { return 0 }
        return next - position
    }
}
