import TestSupport

/// What comes on NXTele's route for virtual numbers: inbound SMS, and receipts in other words.
enum StormInbound {
    /// The fields of an SMS that somebody sent to us.
    static func message(_ number: Int, _ random: inout SeededGenerator) -> [(String, String)] {
        [
            ("messageId", "mo-\(number)-\(UInt32.random(in: 0...UInt32.max, using: &random))"), ("type", "0"),
            ("toPhone", "+18184505018"), ("fromPhone", "+1234720\(1_000 + number)"),
            ("content", "test from wang & co = \(number) ¤cy=5 ÄÖ"), ("size", "1"), ("price", "0.0360"),
            ("receiveTime", "2026-02-07 14:54:\(10 + number % 50)"), ("smsStatus", "DELIVRD"),
        ]
    }

    /// The fields of a receipt.
    static func receipt(of message: StormMessage, isDelivered: Bool, second: Int) -> [(String, String)] {
        [
            ("messageId", message.providerID), ("type", "1"), ("toPhone", message.phone), ("fromPhone", "18184505018"),
            ("content", "what we had sent"), ("size", "2"), ("price", "0.02"),
            ("receiveTime", "2026-02-08 10:00:\(10 + second)"), ("smsStatus", isDelivered ? "DELIVRD" : "UNDELIVR"),
        ]
    }

    /// A request with such fields.
    static func request(_ fields: [(String, String)], _ random: inout SeededGenerator) -> [UInt8] {
        var text = FormText(space: FormText.Space.allCases[Int.random(in: 0..<3, using: &random)])
        for (name, value) in fields.shuffled(using: &random) { text.add(name, value, &random) }
        return Access.request(
            "POST", Array("/v1/nxtele/mo/\(Access.nxteleToken)".utf8),
            headers: [("Content-Type", "application/x-www-form-urlencoded")], body: text.bytes)
    }
}
