import Domain
import Testing

@testable import Providers

@Suite struct SenderCallTests {
    private let now = Timestamp(microseconds: 1_655_710_885_431_999)
    private let day = CivilDate(daysSinceEpoch: 19_390)  // 2023-02-02

    private func message(_ text: String, senderID: String = "Postroom") throws -> OutgoingMessage {
        OutgoingMessage(
            attemptID: try #require(AttemptID("01890A5D-AC96-774B-BCCE-B302099A8057")),
            recipient: try #require(PhoneNumber(e164: "+8615088888888")), text: text, senderID: senderID)
    }

    private func text(_ call: ProviderCall) -> String {
        String(decoding: call.body, as: UTF8.self)
    }

    @Test func `the form has every parameter, and each byte is encoded exactly`() throws {
        let call = NXTeleSenders.form.send(
            try message("Hi \"牛\" \\ \n\t\u{1}€😀 a+b&c=d%e~_.-*"), at: now)
        #expect(call.path == "/api/sms/mtsend")
        #expect(call.contentType == "application/x-www-form-urlencoded")
        #expect(call.headers == [])
        #expect(
            text(call)
                == "appkey=demoApp1&secretkey=s3cr%26t%2Bk%20y&phone=8615088888888"
                + "&content=Hi%20%22%E7%89%9B%22%20%5C%20%0A%09%01%E2%82%AC%F0%9F%98%80%20a%2Bb%26c%3Dd%25e~_.-%2A"
                + "&source_address=Postroom&sys_messageid=01890a5d-ac96-774b-bcce-b302099a8057"
                + "&ext=01890a5d-ac96-774b-bcce-b302099a8057&dr_url=https%3A%2F%2Fin.example%2Fdr%3Fk%3Da%26b%3Dc")
    }

    /// The digest was computed elsewhere (Python's hashlib over the text below).
    @Test func `the signed call hashes the bytes it sends`() throws {
        let call = NXTeleSenders.signed.send(try message("Hi \"牛\" \\ \n\t\u{1}€😀"), at: now)
        #expect(call.path == "/api/sms/mtsend_v2")
        #expect(call.contentType == "application/json")
        #expect(
            text(call)
                == #"{"appKey":"demoApp1","phone":"8615088888888","content":"Hi \"牛\" \\ \n\t\u0001€😀","#
                + #""sourceAddress":"Postroom","sysMessageId":"01890a5d-ac96-774b-bcce-b302099a8057","#
                + #""ext":"01890a5d-ac96-774b-bcce-b302099a8057","drUrl":"https://in.example/dr?k=a&b=c"}"#)
        #expect(
            Dictionary(uniqueKeysWithValues: call.headers.map { ($0.name, $0.value) }) == [
                "accessKey": "fme2na3kdi3ki", "ts": "1655710885431", "bizType": "3", "action": "mtsend",
                "sign": "883c29edf056b247dff8bdfdcfe6f83a",
            ])
    }

    @Test func `what is not set is not sent`() throws {
        let plain = NXTeleAccess(appKey: "demoApp1", secretKey: "s")
        let form = NXTeleSender(plain).send(try message("abc", senderID: ""), at: now)
        #expect(
            text(form) == "appkey=demoApp1&secretkey=s&phone=8615088888888&content=abc"
                + "&sys_messageid=01890a5d-ac96-774b-bcce-b302099a8057&ext=01890a5d-ac96-774b-bcce-b302099a8057")
        let signed = NXTeleAccess(appKey: "demoApp1", secretKey: "s", signed: (accessKey: "k", accessSecret: "t"))
        let object = NXTeleSender(signed).send(try message("abc", senderID: ""), at: now)
        #expect(
            text(object) == #"{"appKey":"demoApp1","phone":"8615088888888","content":"abc","#
                + #""sysMessageId":"01890a5d-ac96-774b-bcce-b302099a8057","#
                + #""ext":"01890a5d-ac96-774b-bcce-b302099a8057"}"#)
    }

    @Test(arguments: [NXTeleSenders.form, NXTeleSenders.signed])
    func `records are asked for by form`(sender: NXTeleSender) {
        let one = sender.lookUp(messageID: "a-1&x", day: day)
        #expect(one.path == "/api/sms/get")
        #expect(one.contentType == "application/x-www-form-urlencoded")
        #expect(text(one) == "appkey=demoApp1&secretkey=s3cr%26t%2Bk%20y&date=20230202&messageid=a-1%26x")
        let list = sender.dayList(day, page: 3, pageSize: 500)
        #expect(list.path == "/api/sms/getSmsCdr")
        #expect(
            text(list)
                == "appkey=demoApp1&secretkey=s3cr%26t%2Bk%20y&date=20230202&page_size=500&page=3&sort_type=0")
    }

    @Test(arguments: [(0, 0, "page_size=1&page=1&"), (7, 1_000, "page_size=999&page=7&")])
    func `a page is never larger than allowed`(page: Int, pageSize: Int, expected: String) {
        #expect(text(NXTeleSenders.form.dayList(day, page: page, pageSize: pageSize)).contains(expected))
    }

    @Test func `the balance is asked for in the newest form the keys allow`() {
        let form = NXTeleSenders.form.balance(at: now)
        #expect(form.path == "/api/common/getBalance")
        #expect(text(form) == "appkey=demoApp1&secretkey=s3cr%26t%2Bk%20y")
        let signed = NXTeleSenders.signed.balance(at: now)
        #expect(signed.path == "/api/customer/getBalance")
        #expect(signed.body == [])
        #expect(signed.headers.contains(ProviderHeader(name: "bizType", value: "3")))
        #expect(signed.headers.contains(ProviderHeader(name: "action", value: "getBalance")))
        #expect(signed.headers.contains(ProviderHeader(name: "sign", value: "018c2125a0a1e9566a2b2349414f69fd")))
    }

    @Test func `nothing shows keys, numbers or texts, however it is printed`() throws {
        let message = try message("Hello Bob")
        let signed = NXTeleSenders.signed.send(message, at: now)
        let values: [Any] = [
            NXTeleSenders.signed.access, NXTeleSenders.signed, NXTeleSenders.form.send(message, at: now), signed,
            signed.headers, message, reply("Hello Bob, 8615088888888"),
            ProviderRecord(messageID: "a", phone: "8615088888888", report: nil),
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            dump([value], to: &dumped)
            let shown = "\(value) \(String(reflecting: value)) \(String(describing: Optional(value))) \(dumped)"
            for secret in NXTeleSenders.secrets + ["8615088888888", "Bob", "s3cr"] {
                #expect(!shown.contains(secret), "\(type(of: value)) shows \(secret)")
            }
        }
        // A dump of bytes shows them as numbers.
        for value in [NXTeleSenders.signed.access, signed, message, reply("Hello Bob")] as [Any] {
            #expect(Mirror(reflecting: value).children.isEmpty, "\(type(of: value))")
        }
        #expect("\(signed)" == "POST /api/sms/mtsend_v2, \(signed.body.count) bytes")
    }
}
