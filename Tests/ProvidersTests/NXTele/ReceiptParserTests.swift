import Domain
import Testing

@testable import Providers

struct ReceiptParserTests {
    private static let parser = NXTeleReceiptParser()
    private static let sample = NXTeleSample.receipt

    private func parse(_ raw: RawWebhook) throws -> (receipt: Receipt, key: ReceiptKey, contentHash: Int64) {
        guard case .receipt(let receipt, let key, let hash) = try Self.parser.parse(raw) else {
            throw ParseFailure(.badValue, note: "no receipt")
        }
        return (receipt, key, hash)
    }

    @Test func `the documentation's sample becomes a delivered receipt`() throws {
        let (receipt, key, _) = try parse(webhook(body: Self.sample))
        #expect(receipt.messageID == "b308d94a73f94e6d84ae975c41f4b2a6")
        #expect(receipt.phone == "6282167624806")
        #expect(receipt.status == "2")
        #expect(receipt.rank == .delivered)
        #expect(receipt.reportedTime == "2021-02-26 10:01:15")
        #expect(receipt.content.price == Amount("0.045"))
        #expect(receipt.content.rate == Amount("6.4845"))
        #expect(receipt.content.size == 1)
        #expect(receipt.content.currency == "USD")
        #expect(receipt.content.result == "DELIVRD")
        #expect(receipt.content.submittedTime == "2021-02-26 10:01:15")
        #expect(receipt.content.ext == "")
        #expect(UInt32(truncatingIfNeeded: key.rawValue >> 96) == 667_648_875)  // seconds since 2000-01-01
    }

    private static let encodings: [(String, RawWebhook)] = [
        ("query, raw spaces", webhook(query: sample)),
        ("query, %20", webhook(query: sample.replacing(" ", with: "%20"))),
        ("query, plus", webhook(query: sample.replacing(" ", with: "+"))),
        ("body, %20 and %3A", webhook(body: sample.replacing(" ", with: "%20").replacing(":", with: "%3a"))),
        ("body, plus", webhook(body: sample.replacing(" ", with: "+"))),
        ("body, line end behind it", webhook(body: sample + "\r\n")),
        ("GET", webhook(query: Array(sample.utf8), method: "GET", contentType: nil)),
        (
            "the sample's own content type",
            webhook(body: Array(sample.utf8), contentType: "x-www-form-urlencoded")
        ),
        ("a content type that lies", webhook(body: Array(sample.utf8), contentType: "application/json")),
        ("half in the query", webhook(query: String(sample.prefix(41)), body: String(sample.dropFirst(41)))),
        ("all of it twice", webhook(query: sample, body: sample)),
        ("the query stands over the body", webhook(query: sample, body: "status=5&price=9&phone=1&ext=")),
        ("the first of duplicates stands", webhook(body: sample + "&status=5&messageid=other&price=x")),
        ("unknown fields, empty pairs", webhook(query: "&&a&=b&a=%00&\(sample)&&", body: "x=%ff&=&==")),
        ("a percent-encoded name", webhook(body: sample.replacing("status", with: "%73tatus"))),
        ("names in other case", webhook(body: sample.replacing("messageid", with: "MessageId"))),
        ("a phone with plus", webhook(body: sample.replacing("phone=", with: "phone=%2B"))),
        ("a phone with a raw plus", webhook(body: sample.replacing("phone=", with: "phone=+"))),
        ("a phone with 00", webhook(body: sample.replacing("phone=", with: "phone=00"))),
        ("a phone with separators", webhook(body: sample.replacing("62821", with: "(62)+82-1."))),
        ("spaces around values", webhook(body: sample.replacing("status=2", with: "status=+2%0D%0A"))),
        ("a price with more zeros", webhook(body: sample.replacing("0.045", with: "0.04500"))),
        ("JSON", webhook(body: object(NXTeleSample.receiptMembers))),
        ("JSON behind a byte order mark", webhook(body: "\u{FEFF} " + object(NXTeleSample.receiptMembers))),
        (
            "JSON with numbers",
            webhook(body: object(NXTeleSample.receiptMembers, ["status": "2", "size": "1", "price": "0.0450"]))
        ),
        ("JSON and query", webhook(query: "status=2", body: object(NXTeleSample.receiptMembers, ["status": "5"]))),
        ("¤cy in the body", webhook(body: NXTeleSample.garbledReceipt)),
        ("¤cy in the query, as the ingress repairs it", webhook(query: garbled("%C2%A4", space: "%20"))),
        ("¤cy in lower-case hex", webhook(query: garbled("%c2%a4"))),
        ("A4 percent-encoded", webhook(query: garbled("%A4"))),
        (
            "A4 raw", webhook(body: bytes(sample, replacing: "&currency=", with: [0xA4] + Array("cy=".utf8)))
        ),
        (
            "C2 A4 raw",
            webhook(query: bytes(sample, replacing: "&currency=", with: [0xC2, 0xA4] + Array("cy=".utf8)))
        ),
        (
            "¤cy first of all",
            webhook(body: "¤cy=USD&" + form(NXTeleSample.receiptFields, ["currency": nil]))
        ),
    ]

    @Test(arguments: encodings)
    func `every encoding of one receipt is the same receipt`(name: String, raw: RawWebhook) throws {
        #expect(try Self.parser.parse(raw) == Self.parser.parse(webhook(body: Self.sample)), "\(name)")
    }

    @Test(arguments: ["0", "1", "3", "5", "12", "999", "-1", "DELIVRD", "99999999999999999999999999"])
    func `any status is kept`(status: String) throws {
        let receipt = try parse(webhook(body: form(NXTeleSample.receiptFields, ["status": status]))).receipt
        #expect(receipt.status == status)
    }

    @Test func `a receipt needs only message id, phone and status`() throws {
        let (receipt, key, _) = try parse(webhook(query: "messageid=a&phone=1&status=x"))
        #expect(
            receipt
                == Receipt(messageID: "a", phone: "1", status: "x", reportedTime: "", content: ReceiptContent()))
        #expect(key.rawValue >> 96 == 0)
    }

    @Test func `blank numbers and currency are absent`() throws {
        let changes = ["price": "", "rate": "+", "size": "%20", "currency": ""]
        let content = try parse(webhook(body: form(NXTeleSample.receiptFields, changes))).receipt.content
        #expect(content.price == nil && content.rate == nil && content.size == nil && content.currency == nil)
    }

    @Test func `an unreadable time is kept as written`() throws {
        let (receipt, key, _) = try parse(webhook(body: form(NXTeleSample.receiptFields, ["drtime": "yesterday"])))
        #expect(receipt.reportedTime == "yesterday")
        #expect(key.rawValue >> 96 == 0)
    }

    @Test(arguments: ["%", "%4", "%zz", "100%25%", "%%41"])
    func `a percent sign that begins no escape stands for itself`(written: String) throws {
        let read = try parse(webhook(body: form(NXTeleSample.receiptFields, ["ext": written]))).receipt.content.ext
        let expected = ["%": "%", "%4": "%4", "%zz": "%zz", "100%25%": "100%%", "%%41": "%A"]
        #expect(read == expected[written])
    }

    @Test func `the currency sign is only read as a separator before cy=`() throws {
        let ext = try parse(webhook(body: form(NXTeleSample.receiptFields, ["ext": "5¤,%C2%A4cyan"]))).receipt.content
            .ext
        #expect(ext == "5¤,¤cyan")
    }

    @Test(arguments: ["messageid": "other", "phone": "6282167624807", "status": "5", "drtime": "2021-02-26 10:01:16"])
    func `another identity is another key`(field: String, value: String) throws {
        let first = try parse(webhook(body: Self.sample))
        let second = try parse(webhook(body: form(NXTeleSample.receiptFields, [field: value])))
        #expect(first.key != second.key)
        #expect(first.contentHash != second.contentHash)
    }

    @Test(arguments: [
        "result": "UNDELIV", "size": "2", "rate": "6.4846", "price": "0.046", "currency": "CNY",
        "sendtime": "2021-02-26 10:01:14", "ext": "e",
    ])
    func `other content under the same key is a conflict`(field: String, value: String) throws {
        let first = try parse(webhook(body: Self.sample))
        let second = try parse(webhook(body: form(NXTeleSample.receiptFields, [field: value])))
        #expect(first.key == second.key)
        #expect(first.contentHash != second.contentHash)
    }

    @Test func `content cannot move from one field to the next unnoticed`() throws {
        let first = try parse(webhook(body: form(NXTeleSample.receiptFields, ["result": "ab", "sendtime": "c"])))
        let second = try parse(webhook(body: form(NXTeleSample.receiptFields, ["result": "a", "sendtime": "bc"])))
        #expect(first.contentHash != second.contentHash)
    }

    private static func garbled(_ sign: String, space: String = "+") -> String {
        sample.replacing("&currency=", with: "\(sign)cy=").replacing(" ", with: space)
    }

    private static func bytes(_ text: String, replacing part: String, with bytes: [UInt8]) -> [UInt8] {
        Array(Array(text.utf8).split(separator: Array(part.utf8)).joined(separator: bytes))
    }
}
