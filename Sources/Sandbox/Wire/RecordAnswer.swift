import Domain

/// The answers of the record queries (providers.md §1.7).
enum RecordAnswer {
    /// The codes of a single query; a day's list has the same for the first three.
    enum Code: String {
        case wrongParameters = "1"
        case wrongKeys = "2"
        /// For a single query: older than 31 days. For a list: `page_size` or `page` is impossible.
        case tooOldOrWrongPage = "3"
        case tooOften = "5"
    }

    /// The documented code and nothing else.
    static func refused(_ code: Code) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("code", code.rawValue)
        json.endObject()
        return json.bytes
    }

    /// For a single query. The documentation does not say how an unknown message is answered; here `row` is null.
    static func single(_ record: Acceptance?, at now: Timestamp) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("code", "0")
        json.key("row")
        if let record { row(record, now, into: &json) } else { json.raw("null") }
        json.endObject()
        return json.bytes
    }

    /// Of a day's list.
    static func list(
        _ records: ArraySlice<Acceptance>, total: Int, page: Int, pageSize: Int, at now: Timestamp
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("code", "0")
        json.key("info")
        json.beginObject()
        json.field("total", number: total)
        json.field("page", number: page)
        json.field("pageSize", number: pageSize)
        json.key("rows")
        json.raw("[")
        for (index, record) in records.enumerated() {
            if index > 0 { json.raw(",") }
            row(record, now, into: &json)
        }
        json.raw("]")
        json.endObject()
        json.endObject()
        return json.bytes
    }

    private static func row(_ record: Acceptance, _ now: Timestamp, into json: inout JSONWriter) {
        let isReported = record.isReported(at: now)
        let status = record.report.status
        json.beginObject()
        json.field("billing_size", number: record.size)
        json.field("date", record.sendTime)
        json.field("senderid", record.senderID)
        json.field("phone", record.phone)
        json.field("dr_time", isReported ? record.reportTime : "")
        json.field("billing_price", raw: ReceiptText.price)
        json.field("msgid", record.messageID)
        json.field("billing_status", "Billed")
        json.field("body", record.content)
        json.field("dr_status", isReported ? (status == .delivered ? "Success" : "Fail") : "")
        json.field("dr", isReported ? status.text : "")
        json.field("network", "PT TELEKOMUNIKASI SELULAR")
        json.endObject()
    }
}
