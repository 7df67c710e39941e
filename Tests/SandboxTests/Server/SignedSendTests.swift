import Domain
import Providers
import Sandbox
import TestSupport
import Testing

/// The signed JSON APIs and balances, with the documentation's rules of section 1.3.
struct SignedSendTests {
    private static let now = Timestamp(microseconds: 1_655_710_885_431_000)
    private static let body =
        #"{"appKey":"sandbox","phone":"8615088888888","content":"abc","sysMessageId":"333444555666","ext":"E"}"#

    /// Headers as they are sent; `change` comes before the signature, `tamper` after it.
    private func headers(
        _ body: String = body, action: String = "mtsend", businessType: String = "3", milliseconds: Int64 = 0,
        algorithm: NXTeleSignature.Algorithm = .md5, secret: String = "sandbox", accessKey: String = "sandbox"
    ) -> [(name: String, value: String)] {
        let signed = [
            ("accessKey", accessKey), ("action", action), ("bizType", businessType),
            ("ts", "\(Self.now.milliseconds + milliseconds)"),
        ].map { (name: $0.0, value: $0.1) }
        let sign = NXTeleSignature.sign(signed, body: Array(body.utf8), accessSecret: secret, algorithm: algorithm)
        let more = [("sign", sign), ("algorithm", algorithm.rawValue), ("Content-Type", "application/json")]
        return signed + more.map { (name: $0.0, value: $0.1) }
    }

    private func code(
        _ path: String, _ headers: [(name: String, value: String)], _ body: String = body, script: String = ""
    ) async throws -> String {
        var text = ""
        try await RunningSandbox.run(script, now: Self.now) { sandbox in
            let answer = try await sandbox.post(path, body, headers.map { "\($0.name): \($0.value)\r\n" }.joined())
            #expect(answer.status == 200)
            let isAccepted = await sandbox.server.accepted.count == 1
            #expect(isAccepted == answer.text.contains(#""code":"0""#))
            text = answer.text
        }
        return text
    }

    @Test(arguments: ["/api/sms/mtsend_v2", "/v1/sms/mt"])
    func `a signed call is accepted and answered in the order of its sample`(path: String) async throws {
        #expect(
            try await code(path, headers(), script: "own-id=on")
                == #"{"result":"请求成功","code":"0","messageid":"333444555666"}"#)
        #expect(try await code(path, headers(algorithm: .sha256)).contains(#""code":"0""#))
        let lower = headers().map { (name: $0.name.lowercased(), value: $0.value) }
        #expect(try await code(path, lower).contains(#""code":"0""#))
    }

    @Test(arguments: ["accessKey", "action", "bizType", "ts", "sign"])
    func `without one of the headers it is 1001`(name: String) async throws {
        #expect(try await code("/api/sms/mtsend_v2", headers().filter { $0.name != name }).contains(#""code":"1001""#))
    }

    @Test func `each other fault has its code`() async throws {
        let path = "/v1/sms/mt"
        let refused = { (headers: [(name: String, value: String)], body: String) async throws in
            try await code(path, headers, body)
        }
        #expect(try await refused(headers(accessKey: "other"), Self.body).contains(#""code":"1005""#))
        #expect(try await refused(headers(secret: "other"), Self.body).contains(#""code":"1003""#))
        #expect(try await refused(headers(), Self.body + " ").contains(#""code":"1003""#))
        let asForm = headers().map { $0.name == "Content-Type" ? (name: $0.name, value: "text/plain") : $0 }
        #expect(try await refused(asForm, Self.body).contains(#""code":"1003""#))
        #expect(try await refused(headers(milliseconds: 60_001), Self.body).contains(#""code":"1004""#))
        #expect(try await refused(headers(milliseconds: -60_001), Self.body).contains(#""code":"1004""#))
        #expect(try await refused(headers(milliseconds: 60_000), Self.body).contains(#""code":"0""#))
        #expect(try await refused(headers(action: "send"), Self.body).contains(#""code":"1002""#))
        #expect(try await refused(headers(businessType: "1"), Self.body).contains(#""code":"1002""#))
        #expect(try await refused(headers("[]"), "[]").contains(#""code":"1002""#))
        let otherKey = #"{"appKey":"other","phone":"8615088888888","content":"abc"}"#
        #expect(try await refused(headers(otherKey), otherKey).contains(#""code":"1""#))
        let badNumber = #"{"appKey":"sandbox","phone":"08615088888888","content":"abc"}"#
        #expect(try await refused(headers(badNumber), badNumber).contains(#""code":"6""#))
    }

    @Test func `a provider whose clock is ahead refuses what is right by ours`() async throws {
        #expect(
            try await code("/v1/sms/mt", headers(), script: "clock-ahead=61s").contains(#""code":"1004""#))
        #expect(
            try await code("/v1/sms/mt", headers(milliseconds: 61_000), script: "clock-ahead=61s").contains(
                #""code":"0""#))
    }

    @Test func `balances are answered in their three forms`() async throws {
        try await RunningSandbox.run("balance=12.5", now: Self.now) { sandbox in
            let keys = "appkey=sandbox&secretkey=sandbox"
            let form = try await sandbox.form("/api/common/getBalance", keys)
            #expect(form.text == #"{"code": "0","balance": "12.5", "credit_balance":"500"}"#)
            #expect(try await sandbox.form("/api/common/getBalance", "appkey=a&secretkey=b").text == #"{"code": "1"}"#)
            let common = headers("", action: "numbercheck", businessType: "1")
            let older = try await sandbox.post(
                "/api/common/getBalance", "", common.map { "\($0.name): \($0.value)\r\n" }.joined())
            #expect(older.text.contains(#""data":{"balance":"12.5","credit":"0.0"}"#))
            let customer = headers("", action: "getBalance")
            let newest = try await sandbox.post(
                "/api/customer/getBalance", "", customer.map { "\($0.name): \($0.value)\r\n" }.joined())
            #expect(newest.text.contains(#""amount_cus":"12.5""#))
            await sandbox.server.follow(try SandboxScript("balance=-1,credit=7.5"))
            #expect(
                try await sandbox.form("/api/common/getBalance", keys).text
                    == #"{"code": "0","balance": "-1", "credit_balance":"7.5"}"#)
            let wrong = try await sandbox.post("/api/customer/getBalance", "", "")
            #expect(wrong.text.hasPrefix(#"{"code":1001,"#))
        }
    }

    @Test func `the newest balance is refused when asked for too often`() async throws {
        try await RunningSandbox.run("balance-interval=1h", now: Self.now) { sandbox in
            let lines = headers("", action: "getBalance").map { "\($0.name): \($0.value)\r\n" }.joined()
            let first = try await sandbox.post("/api/customer/getBalance", "", lines)
            #expect(first.text.hasPrefix(#"{"code":0,"#))
            #expect(try await sandbox.post("/api/customer/getBalance", "", lines).text.hasPrefix(#"{"code":211,"#))
        }
    }
}
