import Domain
import Testing

@testable import Providers

@Suite struct SendResultTests {
    private let sender = NXTeleSenders.signed

    /// DESIGN, section 5, and every code of providers.md §1.1 and 1.3.
    private static let classes: [(code: Int32, outcome: SendOutcome)] =
        [
            (0, .accepted(providerMessageID: "m-1")), (26, .duplicate),
            (27, .wait(.numberCapped, retryAfter: .seconds(7))), (28, .wait(.rateLimited, retryAfter: .seconds(7))),
            (429, .wait(.rateLimited, retryAfter: .seconds(7))), (1004, .wait(.clockSkew, retryAfter: .seconds(7))),
            (88, .retry(retryAfter: .seconds(7))), (99, .retry(retryAfter: .seconds(7))),
        ]
        + [1, 3, 9, 102, 1001, 1003, 1005].map { ($0, .pause) }
        + [2, 4, 5, 6, 7, 8, 104, 1002].map { ($0, .permanent) }

    /// Named by the SDK only, SMPP's, HTTP's, and nobody's.
    private static let unknown: [Int32] = [
        10, 12, 13, 14, 15, 16, 17, 20, 22, 23, 24, 69, 81, 101, 103, 260, 410, 501, 505, 508, 511, 1000, 1006, -1,
        12_345,
    ]

    /// What the status makes of a code that is not known.
    private static let statusesOfUnknown: [(status: Int, outcome: SendOutcome)] =
        [200, 201, 302, 400, 401, 403, 404, 499, 600].map { ($0, .permanent) }
        + [500, 502, 503, 504, 599].map { ($0, .retry(retryAfter: .seconds(7))) } + [
            (408, .unclear), (429, .wait(.rateLimited, retryAfter: .seconds(7))),
        ]

    @Test(arguments: unknown, statusesOfUnknown)
    func `a code that is not known is permanent, but where the status says that nobody looked at the message`(
        code: Int32, given: (status: Int, outcome: SendOutcome)
    ) {
        let body = #"{"code":\#(code),"message":"words"}"#
        let result = sender.result(of: reply(body, status: given.status, retryAfter: .seconds(7)))
        #expect(result == SendResult(outcome: given.outcome, code: String(code), answer: "words"))
    }

    @Test(arguments: [301, 302, 400, 401, 403, 404, 405, 408, 410, 500, 502, 503, 504])
    func `a code that is the HTTP status is a gateway's, and none of the provider's`(status: Int) {
        func result(_ code: String) -> SendResult {
            sender.result(of: reply("{\(code)\"message\":\"words\"}", status: status, retryAfter: .seconds(7)))
        }
        #expect(result("\"code\":\(status),") == result(""))
        #expect(result("\"code\":\(status),").code == nil)
    }

    @Test(arguments: classes)
    func `each code has its class, as text and as number`(code: Int32, outcome: SendOutcome) {
        for written in ["\"\(code)\"", "\(code)", "\" \(code)\\n\"", "\"0\(code)\""] {
            // Whatever the status: a code that is known stands over it.
            for status in [200, 302, 400, 403, 408, 429, 500, 503] {
                let body = #"{"result":"words","messageid":"m-1","code":\#(written),"new":{"x":[1]}}"#
                let result = sender.result(of: reply(body, status: status, retryAfter: .seconds(7)))
                #expect(
                    result == SendResult(outcome: outcome, code: String(code), answer: "words"),
                    "\(written), HTTP \(status)")
            }
        }
    }

    @Test func `the documentation's answers are read`() {
        #expect(
            sender.result(of: reply(NXTeleReplySample.accepted))
                == SendResult(
                    outcome: .accepted(providerMessageID: "20d6c660bd664c65bef20026564b0b79"), code: "0", answer: "请求成功"
                ))
        #expect(
            sender.result(of: reply(NXTeleReplySample.refused))
                == SendResult(outcome: .pause, code: "1", answer: "Application unavailable or incorrect key"))
    }

    /// Not knowing the id must not cost the acceptance: the message is out.
    @Test(arguments: [
        #"{"code":0}"#, #"{"code":0,"messageid":""}"#, #"{"code":0,"messageid":null}"#, #"{"code":0,"messageid":{}}"#,
        "{\"code\":0,\"messageid\":\"a\\nb\"}", #"{"code":0,"messageid":"\#(String(repeating: "x", count: 257))"}"#,
    ])
    func `an acceptance without a usable id is one`(body: String) {
        #expect(sender.result(of: reply(body)).outcome == .accepted(providerMessageID: nil))
    }

    private static let unreadable: [[UInt8]] =
        [
            "", " ", "OK", "0", "[]", "null", "<html>502</html>", "{", "{}", #"{"code":"0""#, #"{"code":"0"}}"#,
            #"{"code":""}"#, #"{"code":null}"#, #"{"code":true}"#, #"{"code":["0"]}"#, #"{"code":{"code":"0"}}"#,
            #"{"code":"zero"}"#, #"{"code":"0x0"}"#, #"{"code":0.0}"#, #"{"code":1e0}"#, #"{"code":"4294967296"}"#,
            #"{"result":"请求成功","messageid":"a"}"#, #"{"data":{"code":"0"}}"#, "\u{0}",
            #"{"code":"0","x":\#(String(repeating: "[", count: 40))}"#,
        ].map { Array($0.utf8) } + [
            [0xFF, 0xFE], Array(#"{"code":"0","x":""#.utf8) + Array(repeating: 0x20, count: 70_000),
        ]

    private static let statuses: [(status: Int, outcome: SendOutcome)] = [
        (200, .unclear), (201, .unclear), (204, .unclear), (301, .unclear), (302, .unclear), (307, .unclear),
        (408, .unclear), (100, .unclear), (0, .unclear), (-1, .unclear), (600, .unclear), (400, .permanent),
        (413, .permanent), (499, .permanent), (401, .pause), (403, .pause), (404, .pause), (405, .pause), (410, .pause),
        (429, .wait(.rateLimited, retryAfter: .seconds(7))), (500, .retry(retryAfter: .seconds(7))),
        (502, .retry(retryAfter: .seconds(7))), (503, .retry(retryAfter: .seconds(7))),
        (599, .retry(retryAfter: .seconds(7))),
    ]

    @Test(arguments: statuses)
    func `without a readable code the status decides`(status: Int, outcome: SendOutcome) {
        for body in Self.unreadable {
            let result = sender.result(
                of: ProviderReply(status: status, retryAfter: .seconds(7), body: body))
            #expect(result.outcome == outcome, "\(body.prefix(60))")
            #expect(result.code == nil)
            #expect(result.answer?.isEmpty == false)
            let pauses = outcome == .pause || (300..<400).contains(status)
            #expect(result.pauses == pauses && result.pauseReason == (pauses ? "HTTP \(status)" : nil))
        }
    }

    @Test func `words in another encoding do not hide the code`() {
        let body =
            Array(#"{"result":""#.utf8) + [0xC7, 0xEB, 0xC7, 0xF3] + Array(#"","code":"0","messageid":"a"}"#.utf8)
        let result = sender.result(of: ProviderReply(status: 200, body: body))
        #expect(result == SendResult(outcome: .accepted(providerMessageID: "a"), code: "0", answer: nil))
        #expect(sender.result(of: reply(#"{"result":"\ud83d","code":"0"}"#)).code == "0")
    }

    @Test func `words are kept without keys, numbers and line ends`() {
        let body = #"{"code":"6","result":"bad\nnumber +86 150-8888 8888 for s3cr&t+k y\u0000 abciiiko2k3"}"#
        #expect(sender.result(of: reply(body)).answer == "bad number +*** for ***\u{FFFD} ***")
        #expect(sender.result(of: reply(#"{"code":1003,"message":"sign"}"#)).answer == "sign")
        #expect(sender.result(of: reply("<p>s3cr</p>", status: 502)).answer == "HTTP 502 without a readable code")
    }

    /// Of our request a provider may repeat the form as it was sent, or as another encoder writes it, or a part of the URL.
    @Test(arguments: [
        ("dr_url=https%3A%2F%2Fin.example%2Fv1%2Fdr%2FT0ken-x%252Fy%3Fk%3DQueryToken", "dr_url=***"),
        ("dr_url=https%3a%2f%2fin.example%2fv1%2fdr%2fT0ken-x%252Fy%3fk%3dQueryToken", "dr_url=***"),
        ("https://in.example/v1/dr/T0ken-x%2Fy?k=QueryToken!", "***!"),
        ("no answer from /v1/dr/T0ken-x%2Fy", "no answer from /v1/dr/***"),
        ("no answer from /v1/dr/T0ken-x/y?k=QueryToken", "no answer from /v1/dr/***?k=***"),
        ("T0ken-x%2fy", "***"), ("host in.example unknown, v1", "host in.example unknown, v1"),
        ("secretkey=s3cr%26t%2Bk%20y", "secretkey=***"), ("secretkey=s3cr%26t%2Bk+y", "secretkey=***"),
        ("secretkey=s3cr%26t%2bk+y", "secretkey=***"),
    ])
    func `keys and the token of the receipt URL are not kept, however they are spelled`(words: String, kept: String) {
        let sender = NXTeleSender(
            NXTeleAccess(
                appKey: "demoApp1", secretKey: "s3cr&t+k y",
                receiptURL: "https://in.example/v1/dr/T0ken-x%2Fy?k=QueryToken"))
        #expect(sender.result(of: reply(#"{"code":"6","result":"\#(words)"}"#)).answer == kept)
    }

    @Test func `the words decide nothing`() {
        for words in ["请求成功", "success", "failed", "余额不足", ""] {
            let body = #"{"code":"88","result":"\#(words)","messageid":"a"}"#
            #expect(sender.result(of: reply(body)).outcome == .retry(retryAfter: nil))
        }
    }
}
