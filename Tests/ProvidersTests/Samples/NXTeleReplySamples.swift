import Domain

@testable import Providers

/// What NXTele's documentation prints as answers to our calls (providers.md, sections 1.1, 1.2, 1.6 and 1.7).
enum NXTeleReplySample {
    static let accepted = #"{"result":"请求成功","messageid":"20d6c660bd664c65bef20026564b0b79","code":"0"}"#
    static let refused = #"{"result":"Application unavailable or incorrect key","code":"1","messageid":""}"#

    /// The members of a record, in the documentation's order.
    static let recordMembers = [
        ("billing_size", "1"), ("date", #""2021-06-28 09:00:00""#), ("senderid", #""666""#),
        ("phone", #""6288888888888""#), ("dr_time", #""2021-06-28 09:00:00""#), ("billing_price", "0.0"),
        ("msgid", #""xxxxxxxxxxxxxxxxxxxxxxxx""#), ("billing_status", #""UnBilled""#),
        ("body", #""hello, your code is 888888""#), ("dr_status", #""Success""#), ("dr", #""DELIVRD""#),
        ("network", #""PT TELEKOMUNIKASI SELULAR""#),
    ]

    /// The answer with one record, changed.
    static func record(_ changes: [String: String?] = [:]) -> String {
        #"{"code":"0","row":\#(object(recordMembers, changes))}"#
    }

    static let dayList = """
        {
        \t"code": "0",
        \t"info": {
        \t\t"total": 1119,
        \t\t"page": 112,
        \t\t"pageSize": 2,
        \t\t"rows": [
        \t\t\t{"senderid": "", "body": "hello sms test 001.", "phone": "62833935195",
        \t\t\t "msgid": "5cd1397f-f3b2-95de-ed5e-27d5f39a230d", "dr_status": "Successful", "billing_size": 2,
        \t\t\t "billing_price": 0.09, "date": "2019-06-15 23:40:00", "dr_time": "2019-06-15 23:42:00",
        \t\t\t "billing_status": "Yes", "network": 893, "dr":"DELIVRD"},
        \t\t\t{"senderid": "", "body": "hello sms test 002.", "phone": "62844049494",
        \t\t\t "msgid": "f76bc33281124f8aa8bca33ce54b01ad", "dr_status": "Successful", "billing_size": 2,
        \t\t\t "billing_price": 0.09, "date": "2019-06-15 23:50:04", "dr_time": "2019-06-15 23:53:00",
        \t\t\t "billing_status": "Yes", "network": 791, "dr":"DELIVRD"}
        \t\t]
        \t}
        }
        """

    static let balance = #"{"code": "0","balance": "3788.32", "credit_balance":"500"}"#
    static let signedBalance = """
        {"code":0,"message":"Success","data":{"balance":"717493.1709235484","credit":"0.0"},"traceId":"t"}
        """
    static let newestBalance = """
        {"code":0,"message":"Success","data":{"currency":"CNY","amount_cus":"111694.16","credit_cus":"500.00"},\
        "traceId":"t"}
        """
}

/// A reply with this body.
func reply(_ body: String, status: Int = 200, retryAfter: Duration? = nil) -> ProviderReply {
    ProviderReply(status: status, retryAfter: retryAfter, body: Array(body.utf8))
}

/// Senders for both kinds of access, with keys that are easy to find where they must not be.
enum NXTeleSenders {
    static let form = NXTeleSender(
        NXTeleAccess(appKey: "demoApp1", secretKey: "s3cr&t+k y", receiptURL: "https://in.example/dr?k=a&b=c"))
    static let signed = NXTeleSender(
        NXTeleAccess(
            appKey: "demoApp1", secretKey: "s3cr&t+k y",
            signed: (accessKey: "fme2na3kdi3ki", accessSecret: "abciiiko2k3"),
            receiptURL: "https://in.example/dr?k=a&b=c"))
    static let secrets = ["demoApp1", "s3cr&t+k y", "fme2na3kdi3ki", "abciiiko2k3", "in.example"]
}
