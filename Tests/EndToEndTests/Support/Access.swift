/// The secrets of the tests' ingresses, and requests that bear them.
enum Access {
    static let onoffKey = "onoff-key-of-the-tests"
    static let nxteleToken = "nxtele-token-of-the-tests"

    static let environment = ["POSTROOM_ONOFF_API_KEYS": onoffKey, "POSTROOM_NXTELE_TOKENS": nxteleToken]

    /// A request on a connection that stays open.
    static func request(
        _ method: String, _ target: [UInt8], headers: [(String, String)] = [], body: [UInt8] = []
    ) -> [UInt8] {
        var text = " HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if method != "GET" { text += "Content-Length: \(body.count)\r\n" }
        return Array("\(method) ".utf8) + target + Array((text + "\r\n").utf8) + body
    }

    /// Onoff's log of an SMS with this id and text.
    static func onoff(id: String, text: String) -> [UInt8] {
        let body = """
            {"id":"\(id)","eventName":"SMS","onoffUserNumber":"4915112345678","externalNumber":"33612345678",\
            "date":"2026-05-20T14:30:00Z","smsDirection":"SENT","body":"\(text)"}
            """
        return onoff(json: Array(body.utf8))
    }

    /// A body to Onoff's route.
    static func onoff(json: [UInt8]) -> [UInt8] {
        request(
            "POST", Array("/v1/onoff/sms".utf8),
            headers: [("Authorization", "x-api-key \(onoffKey)"), ("Content-Type", "application/json")], body: json)
    }

    /// A receipt of the message with this id as NXTele's older accounts call: in the URL, with raw spaces, on a
    /// connection of its own.
    static func rawSpaceReceipt(id: String) -> [UInt8] {
        let target =
            "/v1/nxtele/dr/\(nxteleToken)?messageid=\(id)&phone=4915112345678&status=2&result=DELIVRD"
            + "&drtime=2026-11-21 10:01:15&sendtime=2026-11-21 10:01:10&price=0.045&size=1&rate=6.4845&currency=USD"
        return request("GET", Array(target.utf8), headers: [("Connection", "close")])
    }

    /// A form to NXTele's receipt route.
    static func receipt(form: String) -> [UInt8] {
        request("POST", Array("/v1/nxtele/dr/\(nxteleToken)".utf8), body: Array(form.utf8))
    }
}
