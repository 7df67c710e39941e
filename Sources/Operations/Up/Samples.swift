/// The examples of both providers' documentation, to the letter.
enum Samples {
    /// A request to the ingress.
    struct Call: Sendable {
        /// For a person.
        let name: String
        let request: [UInt8]
    }

    /// What the provider answered to the send that NXTele's sample reports on.
    static let nxteleMessageID = "b308d94a73f94e6d84ae975c41f4b2a6"
    /// Whom it was sent to.
    static let nxtelePhone = "+6282167624806"

    private static let fields =
        "result=DELIVRD&size=1&phone=6282167624806&rate=6.4845&price=0.045&messageid=\(nxteleMessageID)"
        + "&drtime=2021-02-26 10:01:15"

    /// Onoff's log of an SMS.
    static func onoff(key: String) -> Call {
        let body = """
            {"id":"12345","eventName":"SMS","onoffUserName":"John Doe","onoffUserEmail":"john.doe@example.com",\
            "onoffUserNumber":"1234567890","externalNumber":"0987654321","externalName":"Jane Smith",\
            "externalEmail":"jane.smith@example.com","date":"2023-05-20T14:30:00Z","smsDirection":"SENT",\
            "body":"Hello, this is a sample SMS."}
            """
        return Call(
            name: "Onoff, JSON",
            request: RawHTTP.request(
                "POST", Array("/v1/onoff/sms".utf8),
                headers: [("Authorization", "x-api-key \(key)"), ("Content-Type", "application/json")],
                body: Array(body.utf8)))
    }

    /// NXTele's receipt in the URL, as its documentation shows it: raw spaces, and `¤cy=` where `&currency=` is meant.
    static func nxteleInURL(token: String) -> Call {
        let query = fields + "\u{A4}cy=USD&sendtime=2021-02-26 10:01:15&status=2"
        return Call(
            name: "NXTele, in the URL",
            request: RawHTTP.request("POST", Array("/v1/nxtele/dr/\(token)?\(query)".utf8)))
    }

    /// The same receipt in the body, with the content type that the documentation shows.
    static func nxteleInBody(token: String) -> Call {
        let body = fields + "&currency=USD&sendtime=2021-02-26 10:01:15&status=2"
        return Call(
            name: "NXTele, in the body",
            request: RawHTTP.request(
                "POST", Array("/v1/nxtele/dr/\(token)".utf8), headers: [("Content-Type", "x-www-form-urlencoded")],
                body: Array(body.utf8)))
    }
}
