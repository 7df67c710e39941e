import Domain

/// Reads NXTele's delivery receipts: by query, by body, by both, as a form or a flat JSON object.
///
/// Message id, phone and status must be there, since without them a receipt cannot be told from another; the rest may
/// be absent. A number that is there but cannot be kept exactly refuses the receipt: what it cost is never guessed.
package struct NXTeleReceiptParser: WebhookParser {
    /// See ``WebhookParser/version``.
    package let version: Int32 = 1
    /// See ``WebhookParser/provider``.
    package let provider = ProviderName.nxtele

    private static let names = FieldNames(ReceiptField.self, ignoresCase: true)

    /// Makes the parser; it has no settings.
    package init() {}

    /// The receipt in a call; always ``WebhookEvent/receipt(_:key:contentHash:)``.
    ///
    /// - Throws: ``ParseFailure`` naming the field as NXTele does.
    package func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent {
        let fields = try NXTeleFields.read(raw, Self.names, currency: .currency)
        let messageID = try fields.required(.messageID, .identifier)
        let phone = try fields.phoneDigits(.phone)
        let status = try fields.required(.status, .code)
        let reportedTime = try fields.text(.reportedTime, .time) ?? ""
        let currency = try fields.text(.currency, .code) ?? ""
        let content = ReceiptContent(
            price: try fields.amount(.price),
            size: try fields.count(.size),
            rate: try fields.amount(.rate),
            currency: currency.isEmpty ? nil : currency,
            result: try fields.text(.result, .note) ?? "",
            submittedTime: try fields.text(.submittedTime, .time) ?? "",
            ext: try fields.text(.ext, .note) ?? "")
        return .receipt(
            messageID: messageID, phone: phone, status: status, reportedTime: reportedTime, content: content)
    }
}
