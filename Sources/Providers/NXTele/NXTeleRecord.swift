import Domain

/// Reads the records in NXTele's answers.
enum NXTeleRecord {
    private static let names = FieldNames(RecordField.self, ignoresCase: true)

    /// The record in a JSON object; nil where it has no meaning.
    static func read(_ json: [UInt8]) -> ProviderRecord? {
        var fields = WireFields<RecordField>(capacity: json.count)
        do {
            try JSONObjectReader.read(json, names, repairs: true, into: &fields)
            return try record(fields)
        } catch {
            return nil
        }
    }

    /// The records in a JSON array, those without a meaning left out; nil where it is no array of objects, or of more
    /// than ``ReplyLimits/pageRecordsMax``.
    static func readList(_ json: [UInt8]) -> [ProviderRecord]? {
        do {
            return try JSONObjectReader.readList(json, names, countMax: ReplyLimits.pageRecordsMax)
                .compactMap { try? record($0) }
        } catch {
            return nil
        }
    }

    /// By the rules of ``NXTeleReceiptParser``, so that both make the same receipt of the same fields. Only optional
    /// fields are treated less strictly: nobody could replay the record, and the webhook has the price, too.
    private static func record(_ fields: WireFields<RecordField>) throws(ParseFailure) -> ProviderRecord {
        let messageID = try fields.required(.messageID, .identifier)
        let phone = try fields.phoneDigits(.phone)
        let word = try fields.text(.report, .code) ?? ""
        let recordStatus = (try? fields.text(.reportStatus, .code)) ?? ""
        guard let status = ReportWord.status(of: word, recordStatus: recordStatus) else {
            return ProviderRecord(messageID: messageID, phone: phone, report: nil)
        }
        let event = WebhookEvent.receipt(
            messageID: messageID, phone: phone, status: status,
            reportedTime: try fields.text(.reportedTime, .time) ?? "",
            content: ReceiptContent(
                price: (try? fields.amount(.price)) ?? nil, size: (try? fields.count(.size)) ?? nil, result: word,
                submittedTime: (try? fields.text(.submittedTime, .time)) ?? ""))
        guard case .receipt(let receipt, let key, let contentHash) = event else {
            throw ParseFailure(.badValue, field: RecordField.report.wireName)
        }
        return ProviderRecord(
            messageID: messageID, phone: phone,
            report: RecordReport(receipt: receipt, key: key, contentHash: contentHash))
    }
}
