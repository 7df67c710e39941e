import Domain

/// How NXTele's calls are read: query and body are one set of fields, whatever the content type.
enum NXTeleFields {
    /// Reads query, then body; a field of the query stands over one of the body.
    ///
    /// A body whose first byte is `{` is one flat JSON object with the same names (no form begins so), any other a
    /// form.
    /// - Throws: `.tooLarge`, `.empty`, and what ``JSONObjectReader`` throws.
    static func read<Field: WireField>(
        _ raw: RawWebhook, _ names: FieldNames<Field>, currency: Field?
    ) throws(ParseFailure) -> WireFields<Field> {
        let size = raw.query.count + raw.body.count
        if size == 0 { throw ParseFailure(.empty) }
        if size > ParserLimits.inputBytesMax {
            throw ParseFailure(.tooLarge, note: "more than \(ParserLimits.inputBytesMax) bytes")
        }
        var fields = WireFields<Field>(capacity: size)
        FormReader.read(raw.query, names, currency: currency, into: &fields)
        if isJSON(raw.body) {
            try JSONObjectReader.read(raw.body, names, into: &fields)
        } else {
            FormReader.read(raw.body, names, currency: currency, into: &fields)
        }
        return fields
    }

    /// Whether a body is to be read as JSON.
    static func isJSON(_ body: [UInt8]) -> Bool {
        let start = JSONText.start(of: body)
        return start < body.count && body[start] == ASCII.openBrace
    }
}

extension TextRule {
    /// A provider's id.
    static let identifier = TextRule(bytesMax: ParserLimits.identifierBytesMax, acceptsNumbers: true, trims: true)
    /// A phone field.
    static let phone = TextRule(bytesMax: ParserLimits.phoneBytesMax, acceptsNumbers: true, trims: true)
    /// A status, type or currency.
    static let code = TextRule(bytesMax: ParserLimits.codeBytesMax, acceptsNumbers: true, trims: true)
    /// A date and time.
    static let time = TextRule(bytesMax: ParserLimits.timeBytesMax, acceptsNumbers: true, trims: true)
    /// A decimal number.
    static let number = TextRule(bytesMax: ParserLimits.numberBytesMax, acceptsNumbers: true, trims: true)
    /// A short free text.
    static let note = TextRule(bytesMax: ParserLimits.noteBytesMax, acceptsNumbers: true, trims: true)
    /// The text of an inbound SMS, kept to the byte.
    static let content = TextRule(
        bytesMax: ParserLimits.messageBytesMax, acceptsNumbers: true, allowsControls: true, trims: false)
}
