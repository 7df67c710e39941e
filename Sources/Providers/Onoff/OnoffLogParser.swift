import Crypto
import Domain

/// Reads Onoff's SMS log: one JSON object a call.
///
/// Names match exactly, unknown members are ignored, of duplicate members the first stands. An event that is not named
/// `SMS` is kept whole, whatever is in it. The id is opaque text; a JSON number is taken as it is written.
package struct OnoffLogParser: WebhookParser {
    /// See ``WebhookParser/version``.
    package let version: Int32 = 1
    /// See ``WebhookParser/provider``.
    package let provider = ProviderName.onoff

    private static let names = FieldNames(OnoffField.self, ignoresCase: false)

    /// Makes the parser; it has no settings.
    package init() {}

    /// A ``WebhookEvent/smsLog(_:)``, or ``WebhookEvent/otherEvent(_:)`` for another or a missing `eventName`.
    ///
    /// - Throws: ``ParseFailure`` naming the member.
    package func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent {
        if raw.body.count > ParserLimits.inputBytesMax {
            throw ParseFailure(.tooLarge, note: "more than \(ParserLimits.inputBytesMax) bytes")
        }
        var fields = WireFields<OnoffField>(capacity: raw.body.count)
        try JSONObjectReader.read(raw.body, Self.names, into: &fields)
        let name = try fields.text(.eventName, Rule.eventName) ?? ""
        return name == "SMS" ? .smsLog(try smsLog(fields)) : .otherEvent(try otherEvent(name, fields, raw.body))
    }

    private func smsLog(_ fields: WireFields<OnoffField>) throws(ParseFailure) -> SMSLogEvent {
        let userNumber = try fields.text(.userNumber, Rule.number) ?? ""
        let externalNumber = try fields.text(.externalNumber, Rule.number) ?? ""
        let date = try fields.text(.date, Rule.date) ?? ""
        let eventID = try fields.required(.id, Rule.eventID)
        let direction = try fields.text(.direction, Rule.direction) ?? ""
        var event = SMSLogEvent(
            eventID: eventID,
            direction: direction,
            isReceived: direction == "RECEIVED",
            userName: try fields.text(.userName, Rule.name) ?? "",
            userEmail: try fields.text(.userEmail, Rule.name) ?? "",
            userNumber: PhoneNumber(lenient: userNumber)?.e164 ?? userNumber,
            userNumberRaw: userNumber,
            externalNumber: PhoneNumber(lenient: externalNumber)?.e164 ?? externalNumber,
            externalNumberRaw: externalNumber,
            externalName: try fields.text(.externalName, Rule.name),
            externalEmail: try fields.text(.externalEmail, Rule.name),
            occurredAt: Timestamp(iso8601: date),
            occurredAtRaw: date,
            body: try fields.text(.body, Rule.body) ?? "",
            contentHash: 0)
        var texts = CanonicalTexts(capacity: 512)
        texts.append(event.eventID)
        texts.append(event.direction)
        texts.append(event.userName)
        texts.append(event.userEmail)
        texts.append(event.userNumberRaw)
        texts.append(event.externalNumberRaw)
        texts.append(event.externalName)
        texts.append(event.externalEmail)
        texts.append(event.occurredAtRaw)
        texts.append(event.body)
        event.contentHash = ContentHash.of(texts.bytes)
        return event
    }

    private func otherEvent(
        _ name: String, _ fields: WireFields<OnoffField>, _ payload: [UInt8]
    ) throws(ParseFailure) -> OtherEvent {
        var eventID = try fields.text(.id, Rule.eventID) ?? ""
        if eventID.isEmpty {
            eventID = "sha256:"
            for byte in SHA256.hash(data: payload).prefix(16) {
                eventID += (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return OtherEvent(
            eventID: eventID, eventName: name, payload: payload, contentHash: ContentHash.of(payload))
    }
}

/// What each member's text may be.
private enum Rule {
    static let eventID = TextRule(bytesMax: ParserLimits.identifierBytesMax, acceptsNumbers: true)
    static let eventName = TextRule(bytesMax: ParserLimits.eventNameBytesMax)
    static let direction = TextRule(bytesMax: ParserLimits.codeBytesMax)
    static let number = TextRule(bytesMax: ParserLimits.phoneBytesMax)
    static let date = TextRule(bytesMax: ParserLimits.timeBytesMax)
    static let name = TextRule(bytesMax: ParserLimits.nameBytesMax, allowsControls: true)
    static let body = TextRule(bytesMax: ParserLimits.messageBytesMax, allowsControls: true)
}
