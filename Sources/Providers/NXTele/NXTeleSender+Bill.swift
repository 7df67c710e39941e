import Domain

extension NXTeleSender {
    /// What the reply to ``dayList(_:page:pageSize:)`` means as a bill.
    package func billedPage(of reply: ProviderReply) -> BilledPage {
        Self.billedPage(ofAnswer: reply.body, status: reply.status)
    }

    /// The same of an answer that was kept, for example in a file of the provider's support.
    package static func billedPage(ofAnswer body: [UInt8], status: Int = 200) -> BilledPage {
        let read = NXTeleReply(body, bytesMax: ReplyLimits.dayListBytesMax)
        guard let code = read.code else { return status == 429 ? .tooOften : .unreadable }
        if isTooOften(code) { return .tooOften }
        guard code == 0 else { return .refused(code: String(code)) }
        guard let info = read.object(.info), let total = try? info.count(.total) else { return .unreadable }
        guard let json = info.json(.rows) else {
            return total == 0 ? .page(records: [], withoutID: 0, total: 0) : .unreadable
        }
        guard let rows = try? JSONObjectReader.readList(json, billedNames, countMax: ReplyLimits.pageRecordsMax) else {
            return .unreadable
        }
        let records = rows.compactMap(billedRecord)
        return .page(records: records, withoutID: rows.count - records.count, total: Int(total))
    }

    private static let billedNames = FieldNames(BilledField.self, ignoresCase: true)

    /// What cannot be kept as text is left empty, so that one odd value does not hide a charge.
    private static func billedRecord(_ fields: WireFields<BilledField>) -> BilledRecord? {
        guard let messageID = try? fields.required(.messageID, .identifier) else { return nil }
        func text(_ field: BilledField) -> String { ((try? fields.text(field, .billed)) ?? nil) ?? "" }
        return BilledRecord(
            messageID: messageID, phone: text(.phone), senderID: text(.senderID),
            submittedTime: text(.submittedTime), reportedTime: text(.reportedTime), report: text(.report),
            reportStatus: text(.reportStatus), sizeText: text(.size), priceText: text(.price),
            billingStatus: text(.billingStatus), network: text(.network))
    }
}

extension TextRule {
    /// A value of a bill.
    static let billed = TextRule(bytesMax: 256, acceptsNumbers: true, trims: true)
}
