import Domain
import Runtime
import Testing

@testable import Sandbox

struct WireTests {
    @Test func `a form is decoded once, and of a name given twice the first stands`() throws {
        let form = try #require(FormFields(Array("a=1%2B2+3&b=%E4%B8%AD&a=9&c=&=x&d&e=%4&f=%zz".utf8)))
        #expect(form["a"] == "1+2 3")
        #expect(form["b"] == "中")
        #expect(form["c"] == nil)
        #expect(form["d"] == nil)
        #expect(form["e"] == "%4")
        #expect(form["f"] == "%zz")
        #expect(FormFields(Array("a=%FF".utf8)) == nil)
    }

    @Test func `a flat JSON object is read`() throws {
        let text = #" {"a":"x\u00e9\n\"\ud83d\ude00","b": 17 ,"c":true,"d":null,"a":"later","e":-1.5e3} "#
        let json = try #require(JSONFields(Array(text.utf8)))
        #expect(json["a"] == "xé\n\"😀")
        #expect(json["b"] == "17")
        #expect(json["c"] == "true")
        #expect(json["d"] == nil)
        #expect(json["e"] == "-1.5e3")
        #expect(JSONFields(Array("{}".utf8)) != nil)
    }

    @Test(arguments: [
        "", "[]", "{", "{}x", #"{"a"}"#, #"{"a":}"#, #"{"a":[1]}"#, #"{"a":{}}"#, #"{"a":"x}"#, #"{"a":"\ud83d"}"#,
        #"{"a":"\x"}"#, #"{"a":1,}"#, #"{"a":nan}"#, "{\"a\":\"\n\"}", #"{"a":"\u12"}"#,
    ])
    func `what is no flat JSON object is refused`(text: String) {
        #expect(JSONFields(Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        ("http://a/x", "a:80", "/x"), ("http://a:81", "a:81", "/"), ("http://a:81?k=v", "a:81", "/?k=v"),
        ("http://[::1]:8080/v1/nxtele/dr/T?a=b", "[::1]:8080", "/v1/nxtele/dr/T?a=b"),
        ("http://[::1]/", "[::1]:80", "/"),
    ])
    func `a receipt's URL is taken apart`(url: String, server: String, target: String) throws {
        let address = try #require(ReceiptAddress(url))
        #expect(address.server.description == server)
        #expect(address.target == target)
    }

    @Test(arguments: [
        "https://a/", "a/x", "http://", "http://a:0/", "http://a:x/", "http://u@a/", "http://a/ b", "http://a/#f",
    ])
    func `what receipts cannot be sent to is refused`(url: String) {
        #expect(ReceiptAddress(url) == nil)
    }

    @Test(arguments: [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess",
            CallbackAnswer.Progress.complete(isSuccess: true, keepsAlive: true)
        ),
        (
            "HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length:7\r\n\r\nsuccess",
            .complete(isSuccess: true, keepsAlive: false)
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nerror", .complete(isSuccess: false, keepsAlive: true)),
        ("HTTP/1.1 503 No\r\nContent-Length: 7\r\n\r\nsuccess", .complete(isSuccess: false, keepsAlive: true)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsucc", .incomplete), ("HTTP/1.1 200", .incomplete),
        ("SSH-2.0\r\n\r\n", .unreadable), ("HTTP/1.1 200 OK\r\n\r\n", .unreadable),
        (String(repeating: "x", count: CallbackAnswer.bytesMax + 1), .unreadable),
    ])
    func `an answer to a receipt is read`(text: String, progress: CallbackAnswer.Progress) {
        var answer = CallbackAnswer()
        #expect(answer.append(text.utf8) == progress)
        var byByte = CallbackAnswer()
        var last = CallbackAnswer.Progress.incomplete
        for byte in text.utf8 { last = byByte.append([byte]) }
        #expect(last == progress)
    }

    @Test func `balances have the bytes of the documentation's samples`() {
        #expect(
            String(decoding: BalanceAnswer.form("3788.32"), as: UTF8.self)
                == #"{"code": "0","balance": "3788.32", "credit_balance":"500"}"#)
        #expect(
            String(decoding: BalanceAnswer.common("717493.1709235484"), as: UTF8.self).hasPrefix(
                #"{"code":0,"message":"Success","data":{"balance":"717493.1709235484","credit":"0.0"},"traceId":""#))
        #expect(
            String(decoding: BalanceAnswer.customer("111694.16"), as: UTF8.self).hasPrefix(
                #"{"code":0,"message":"Success","data":{"currency":"CNY","amount_cus":"111694.16","credit_cus":"500.00"},"#
            ))
    }

    @Test func `text in JSON is escaped`() {
        var json = JSONWriter()
        json.string("a\"\\\n\u{1}中")
        #expect(String(decoding: json.bytes, as: UTF8.self) == #""a\"\\\n\u0001中""#)
    }
}
