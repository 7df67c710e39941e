import TestSupport

/// Onoff's events.
enum StormOnoff {
    private static let texts = [
        "Hello, this is a sample SMS.", "Ihr Code lautet 4711 – gültig für 5 Minuten", "\"quoted\" \\ and\nmore lines",
        "短信内容 测试", "ok 👍🏽 👩‍👩‍👧", "", "{\"json\":true}",
    ]

    /// The members of the log of one SMS.
    static func sms(_ number: Int, _ random: inout SeededGenerator) -> [(String, String)] {
        let user = 100_000_000 + Int.random(in: 0..<1_000, using: &random)
        var members = [
            ("id", Bool.random(using: &random) ? "evt-\(number)" : "\(500_000 + number)"), ("eventName", "SMS"),
            ("onoffUserName", "User \(number % 97)"), ("onoffUserEmail", "user\(number % 97)@example.com"),
            ("onoffUserNumber", ["33\(user)", "+33\(user)", "0033\(user)", "0\(user)"][number % 4]),
            ("externalNumber", "4915\(10_000_000 + number)"), ("date", "2026-05-20T14:30:\(10 + number % 50)Z"),
            ("smsDirection", Bool.random(using: &random) ? "SENT" : "RECEIVED"),
            ("body", texts[number % texts.count] + " \(number)"),
        ]
        if Bool.random(using: &random) { members += [("externalName", "Jane \(number)"), ("externalEmail", "")] }
        return members
    }

    /// A request with such members, and with one that nobody knows.
    static func request(_ members: [(String, String)], _ random: inout SeededGenerator) -> [UInt8] {
        let extra = (
            "x\(Int.random(in: 0..<9, using: &random))", "\(UInt32.random(in: 0...UInt32.max, using: &random))"
        )
        return request(json: jsonObject(members + [extra], &random), &random)
    }

    /// A request with this body, with the key in either of its two headers.
    static func request(json: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let forms = [
            ("Authorization", "x-api-key \(Access.onoffKey)"), ("authorization", "X-API-Key \(Access.onoffKey)"),
            ("X-Api-Key", Access.onoffKey),
        ]
        let key = forms[Int.random(in: 0..<forms.count, using: &random)]
        return Access.request(
            "POST", Array("/v1/onoff/sms".utf8), headers: [key, ("Content-Type", "application/json")], body: json)
    }

    /// An event that is only kept, byte for byte.
    static func otherEvent(_ number: Int) -> [UInt8] {
        let name = ["CDR", "VM", "RECORDING", "SOMETHING_NEW"][number % 4]
        return Array(
            """
            {"id":"other-\(number)","eventName":"\(name)","callDuration":\(number),"tags":[{"tagId":"\(number)"}]}
            """.utf8)
    }
}
