import Crypto
import Domain

/// Reads the one URL of NXTele's virtual numbers: inbound SMS, and receipts for what such a number sent.
///
/// Which of the two a call is, says the `action` header of the JSON form (`mo`, `dr`), else the field `type` (0, 1),
/// else it is an SMS. The numbers of an SMS are kept as they came where they have no E.164 form.
package struct NXTeleInboundParser: WebhookParser {
    /// See ``WebhookParser/version``.
    package let version: Int32 = 1
    /// See ``WebhookParser/provider``.
    package let provider = ProviderName.nxtele

    private static let names = FieldNames(InboundField.self, ignoresCase: true)

    /// Makes the parser; it has no settings.
    package init() {}

    /// An ``WebhookEvent/inbound(_:)``, or ``WebhookEvent/receipt(_:key:contentHash:)`` for a receipt.
    ///
    /// - Throws: ``ParseFailure`` naming the field as NXTele does.
    package func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent {
        let fields = try NXTeleFields.read(raw, Self.names, currency: nil)
        return try isReceipt(raw, fields) ? receipt(fields) : message(fields)
    }

    private func isReceipt(_ raw: RawWebhook, _ fields: WireFields<InboundField>) throws(ParseFailure) -> Bool {
        if NXTeleFields.isJSON(raw.body), let action = HeaderLines.value(of: "action", in: raw.headers) {
            switch action {
            case PackedName("mo".utf8): return false
            case PackedName("dr".utf8): return true
            default: throw ParseFailure(.badValue, field: "action", note: "neither mo nor dr")
            }
        }
        switch try fields.text(.type, .code) {
        case nil, "", "0": return false
        case "1": return true
        default: throw ParseFailure(.badValue, field: InboundField.type.wireName, note: "neither 0 nor 1")
        }
    }

    private func message(_ fields: WireFields<InboundField>) throws(ParseFailure) -> WebhookEvent {
        let fromRaw = try fields.required(.from, .phone)
        let toRaw = try fields.required(.to, .phone)
        var message = InboundMessage(
            key: 0,
            messageID: try fields.required(.messageID, .identifier),
            fromNumber: PhoneNumber(providerDigits: fromRaw)?.e164 ?? fromRaw,
            fromNumberRaw: fromRaw,
            toNumber: PhoneNumber(providerDigits: toRaw)?.e164 ?? toRaw,
            toNumberRaw: toRaw,
            content: try fields.text(.content, .content) ?? "",
            reportedTime: try fields.text(.reportedTime, .time) ?? "",
            size: try fields.count(.size),
            price: try fields.amount(.price),
            contentHash: 0)
        var texts = CanonicalTexts()
        texts.append(message.messageID)
        texts.append(message.fromNumber)
        texts.append(message.toNumber)
        texts.append(message.reportedTime)
        message.key =
            ReceiptKey(reportedTime: LocalTime(message.reportedTime), digest: SHA256.hash(data: texts.bytes)).rawValue
        texts.append(message.content)
        texts.append(message.size.map(String.init))
        texts.append(message.price?.description)
        message.contentHash = ContentHash.of(texts.bytes)
        return .inbound(message)
    }

    /// A receipt in this callback's words; `receiveTime` is all the time it has, and currency and rate are not told.
    private func receipt(_ fields: WireFields<InboundField>) throws(ParseFailure) -> WebhookEvent {
        let result = try fields.required(.status, .code)
        return .receipt(
            messageID: try fields.required(.messageID, .identifier),
            phone: try fields.phoneDigits(.to),
            status: Self.statusNumber(of: result) ?? result,
            reportedTime: try fields.text(.reportedTime, .time) ?? "",
            content: ReceiptContent(
                price: try fields.amount(.price), size: try fields.count(.size), rate: nil, currency: nil,
                result: result, submittedTime: "", ext: ""))
    }

    /// The receipt callback's number for this callback's text: DELIVRD, and UNDELIV or UNDELIVR.
    private static func statusNumber(of result: String) -> String? {
        let folded = result.uppercased()
        if folded == "DELIVRD" { return "2" }
        return folded.hasPrefix("UNDELIV") ? "5" : nil
    }
}
