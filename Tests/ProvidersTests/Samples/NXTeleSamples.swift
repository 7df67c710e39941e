/// What NXTele's documentation prints (providers.md, sections 1.4 and 1.5), to the byte.
enum NXTeleSample {
    /// The receipt, with its raw spaces.
    static let receipt =
        "result=DELIVRD&size=1&phone=6282167624806&rate=6.4845&price=0.045"
        + "&messageid=b308d94a73f94e6d84ae975c41f4b2a6&drtime=2021-02-26 10:01:15&currency=USD"
        + "&sendtime=2021-02-26 10:01:15&status=2"

    /// The receipt as the documentation shows it through an HTML reader.
    static let garbledReceipt = receipt.replacing("&currency=", with: "¤cy=")

    /// The receipt's fields, in its order.
    static let receiptFields = [
        ("result", "DELIVRD"), ("size", "1"), ("phone", "6282167624806"), ("rate", "6.4845"), ("price", "0.045"),
        ("messageid", "b308d94a73f94e6d84ae975c41f4b2a6"), ("drtime", "2021-02-26 10:01:15"), ("currency", "USD"),
        ("sendtime", "2021-02-26 10:01:15"), ("status", "2"),
    ]

    /// The receipt as a JSON object.
    static let receiptMembers = receiptFields.map { ($0, "\"\($1)\"") }

    /// The inbound SMS, percent-encoded.
    static let inbound =
        "messageId=fcf3432fd1834ccdac807a7cfb2d1fdf&toPhone=%2B18184505018&fromPhone=%2B12347200160"
        + "&content=test+from+wang+haha&size=1&price=0.0360&receiveTime=2021-02-07+14%3A54%3A00&smsStatus=DELIVRD"

    /// The inbound SMS's fields, in its order.
    static let inboundFields = [
        ("messageId", "fcf3432fd1834ccdac807a7cfb2d1fdf"), ("toPhone", "%2B18184505018"),
        ("fromPhone", "%2B12347200160"), ("content", "test+from+wang+haha"), ("size", "1"), ("price", "0.0360"),
        ("receiveTime", "2021-02-07+14%3A54%3A00"), ("smsStatus", "DELIVRD"),
    ]

    /// The inbound SMS as a JSON object, numbers without `+` as in the documentation's JSON sample.
    static let inboundMembers = [
        ("messageId", "\"fcf3432fd1834ccdac807a7cfb2d1fdf\""), ("toPhone", "\"18184505018\""),
        ("fromPhone", "\"12347200160\""), ("content", "\"test from wang haha\""), ("size", "\"1\""),
        ("price", "\"0.0360\""), ("receiveTime", "\"2021-02-07 14:54:00\""), ("smsStatus", "\"DELIVRD\""),
    ]
}
