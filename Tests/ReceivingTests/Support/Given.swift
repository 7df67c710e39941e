import Domain
import PostgresClient
import Runtime
import Store
import TestSupport

/// A webhook as the ingress would store it.
struct Given: Sendable {
    var id: WebhookID
    var source = WebhookSource.nxteleReceipt
    var account = "default"
    var method = "POST"
    var path = "/v1/nxtele/dr"
    var query = ""
    var headers = ""
    var body: [UInt8] = []

    /// One taken in so many seconds after the start of the tests' day, with a random part of the caller's.
    init(second: Double, random: UInt64) {
        id = WebhookID(at: Given.time(second), random: (random, random &* 0x9E37_79B9_7F4A_7C15))
    }

    /// That moment.
    static func time(_ second: Double) -> Timestamp {
        Timestamp(microseconds: start.microseconds + Int64(second * 1_000_000))
    }

    /// An hour ago, in whole milliseconds, so that nothing is too old, too young, or beyond the last bucket.
    private static let start = Timestamp(microseconds: (Timestamp.now - .seconds(3_600)).milliseconds * 1_000)
}

/// A receipt to be reported by a webhook.
struct Reported: Sendable {
    var messageID: String
    var phone = "4915112345678"
    var status = "2"
    var result = "DELIVRD"
    var time = "2026-11-21 10:01:15"
    var price = "0.045"
    var size = "1"
    var ext = ""

    func webhook(second: Double, random: UInt64) -> Given {
        var given = Given(second: second, random: random)
        let fields = [
            "messageid=\(messageID)", "phone=\(phone)", "status=\(status)", "result=\(result)",
            "drtime=\(time.replacing(" ", with: "+"))", "sendtime=2026-11-21+10:01:10", "price=\(price)",
            "size=\(size)", "rate=6.4845", "currency=USD", "ext=\(ext)",
        ]
        given.body = Array(fields.joined(separator: "&").utf8)
        return given
    }
}

/// An event of Onoff's log to be reported by a webhook.
struct Logged: Sendable {
    var id: String
    var text = "hello"
    var eventName = "SMS"

    func webhook(second: Double, random: UInt64) -> Given {
        var given = Given(second: second, random: random)
        given.source = .onoffSMS
        given.path = "/v1/onoff/sms"
        given.body = Array(
            """
            {"id":"\(id)","eventName":"\(eventName)","onoffUserName":"A","onoffUserEmail":"a@example.com",\
            "onoffUserNumber":"1234567890","externalNumber":"0987654321","date":"2023-05-20T14:30:00Z",\
            "smsDirection":"SENT","body":"\(text)"}
            """.utf8)
        return given
    }
}

/// An inbound SMS to be reported by a webhook.
func inbound(messageID: String, text: String, second: Double, random: UInt64) -> Given {
    var given = Given(second: second, random: random)
    given.source = .nxteleInbound
    given.path = "/v1/nxtele/mo"
    given.body = Array(
        """
        messageId=\(messageID)&type=0&toPhone=%2B18184505018&fromPhone=%2B12347200160&content=\(text)&size=1&price=0.0360\
        &receiveTime=2021-02-07+14%3A54%3A00
        """.utf8)
    return given
}

extension String {
    fileprivate func replacing(_ text: Character, with other: String) -> String {
        map { $0 == text ? other : String($0) }.joined()
    }
}
