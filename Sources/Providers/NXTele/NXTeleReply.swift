/// One of NXTele's answers, read as far as it can be.
///
/// Lenient, because an answer that is not understood costs more than one that is misspelt: it takes names in either
/// case, a code as text or number, unknown members, and damaged text in members of no interest.
struct NXTeleReply {
    /// The code; nil where the body is no whole JSON object or has none that is an integer.
    let code: Int32?
    private let fields: WireFields<NXTeleReplyField>?

    private static let names = FieldNames(NXTeleReplyField.self, ignoresCase: true)

    /// Reads a body; nothing is read of one above `bytesMax`.
    init(_ body: [UInt8], bytesMax: Int = ReplyLimits.bodyBytesMax) {
        fields = body.count <= bytesMax ? Self.object(body) : nil
        code = fields.flatMap { Self.text($0, .code, .code) }.flatMap { Int32($0) }
    }

    /// A member's text, nil where it is absent, blank, of another type or too long.
    func text(_ field: NXTeleReplyField, _ rule: TextRule) -> String? {
        fields.flatMap { Self.text($0, field, rule) }
    }

    /// A member that is an object.
    func object(_ field: NXTeleReplyField) -> WireFields<NXTeleReplyField>? {
        fields?.json(field).flatMap(Self.object)
    }

    /// Whether a member is null, absent, blank or an empty object: NXTele's way to say "none" is not documented.
    func isEmpty(_ field: NXTeleReplyField) -> Bool {
        guard let fields else { return true }
        if let json = fields.json(field) {
            return json.filter { !JSONText.isSpace($0) } == [ASCII.openBrace, ASCII.closeBrace]
        }
        return !fields.has(field) || Self.text(fields, field, .note) == nil
    }

    /// A member of the answer that is JSON text, for a reader of its own.
    func json(_ field: NXTeleReplyField) -> [UInt8]? {
        fields?.json(field)
    }

    /// A text of `fields`, likewise.
    static func text(
        _ fields: WireFields<NXTeleReplyField>, _ field: NXTeleReplyField, _ rule: TextRule
    ) -> String? {
        guard let text = try? fields.text(field, rule), !text.isEmpty else { return nil }
        return text
    }

    private static func object(_ json: [UInt8]) -> WireFields<NXTeleReplyField>? {
        var fields = WireFields<NXTeleReplyField>(capacity: json.count)
        do {
            try JSONObjectReader.read(json, names, repairs: true, into: &fields)
            return fields
        } catch {
            return nil
        }
    }
}

extension TextRule {
    /// The human text of an answer; it is cleaned before it is kept.
    static let words = TextRule(bytesMax: ReplyLimits.bodyBytesMax, acceptsNumbers: true, allowsControls: true)
}
