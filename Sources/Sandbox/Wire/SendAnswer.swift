/// The answer to a send call, in the member order of the API's own sample.
enum SendAnswer {
    /// Of `/api/sms/mtsend`.
    static func form(_ code: ResultCode, messageID: String = "") -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("result", code.words)
        json.field("messageid", messageID)
        json.field("code", code.code)
        json.endObject()
        return json.bytes
    }

    /// Of the signed APIs.
    static func signed(_ code: ResultCode, messageID: String = "") -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("result", code.words)
        json.field("code", code.code)
        json.field("messageid", messageID)
        json.endObject()
        return json.bytes
    }
}
