extension Acceptance {
    /// The line of the accept log: one JSON object and a line feed. The text of the message is not in it.
    package var logLine: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("time", acceptedAt.iso8601)
        json.field("messageid", messageID)
        json.field("sys_messageid", systemMessageID)
        json.field("ext", ext)
        json.field("phone", phone)
        json.field("content_hash", fingerprint.description)
        json.field("behaviour", fate.name)
        json.key("receipt_behaviours")
        json.array(report.behaviours)
        json.field("receipts", number: report.receiptCount)
        json.field("status", number: report.status.rawValue)
        json.field("result", report.status.text)
        json.endObject()
        return json.bytes + [0x0A]
    }
}
