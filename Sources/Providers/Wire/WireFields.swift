/// The decoded values of one webhook's known fields, before any of them is checked.
///
/// All values lie one after another in a single buffer, so reading a webhook allocates twice however many fields it
/// has.
struct WireFields<Field: WireField>: Sendable {
    /// What stands where a field is looked for.
    enum Kind: Sendable { case absent, null, text, number, other }

    private struct Slot {
        var kind = Kind.absent
        var start = 0
        var end = 0
    }

    private var slots: [Slot]
    /// Decoded bytes of values; readers append here and then call ``note(_:_:from:)``.
    var buffer: [UInt8] = []

    /// Empty fields with room for `capacity` decoded bytes.
    init(capacity: Int) {
        slots = Array(repeating: Slot(), count: Field.allCases.count)
        buffer.reserveCapacity(capacity)
    }

    /// Whether the field has been seen; of duplicates, the first stands.
    func has(_ field: Field) -> Bool {
        slots[field.rawValue].kind != .absent
    }

    /// Records that a field's value is what the buffer holds from `start` on.
    mutating func note(_ field: Field, _ kind: Kind, from start: Int) {
        slots[field.rawValue] = Slot(kind: kind, start: start, end: buffer.count)
    }

    /// The JSON text of a field that is an object or array (or `true` or `false`), nil for any other.
    func json(_ field: Field) -> [UInt8]? {
        let slot = slots[field.rawValue]
        return slot.kind == .other ? Array(buffer[slot.start..<slot.end]) : nil
    }

    /// The field's text, nil where it is absent or null.
    ///
    /// - Throws: `.wrongType`, `.tooLong`, `.nulByte`, `.controlCharacter`, `.invalidUTF8`, naming the field.
    func text(_ field: Field, _ rule: TextRule) throws(ParseFailure) -> String? {
        let slot = slots[field.rawValue]
        switch slot.kind {
        case .absent, .null: return nil
        case .text: break
        case .number where rule.acceptsNumbers: break
        case .number, .other: throw ParseFailure(.wrongType, field: field.wireName)
        }
        return try rule.read(buffer, slot.start..<slot.end, field: field.wireName)
    }

    /// The field's text, which must be there.
    ///
    /// - Throws: as ``text(_:_:)``, and `.missingField` where it is absent, null or blank.
    func required(_ field: Field, _ rule: TextRule) throws(ParseFailure) -> String {
        guard let text = try text(field, rule), !text.isEmpty else {
            throw ParseFailure(.missingField, field: field.wireName)
        }
        return text
    }
}
