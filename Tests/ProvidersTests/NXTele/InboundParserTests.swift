import Domain
import Testing

@testable import Providers

struct InboundParserTests {
    private static let parser = NXTeleInboundParser()

    private func inbound(_ raw: RawWebhook) throws -> InboundMessage {
        guard case .inbound(let message) = try Self.parser.parse(raw) else {
            throw ParseFailure(.badValue, note: "no inbound message")
        }
        return message
    }

    private static func sample(_ changes: [String: String?] = [:]) -> RawWebhook {
        webhook(.nxteleInbound, body: form(NXTeleSample.inboundFields, changes))
    }

    private static func json(_ changes: [String: String?] = [:], action: String? = nil) -> RawWebhook {
        webhook(
            .nxteleInbound, body: object(NXTeleSample.inboundMembers, changes),
            headers: action.map { "accesskey: k\r\naction: \($0)\r\nbiztype: 4\r\n" } ?? "")
    }

    @Test func `the documentation's sample becomes an inbound message`() throws {
        let message = try inbound(webhook(.nxteleInbound, body: NXTeleSample.inbound))
        #expect(message.messageID == "fcf3432fd1834ccdac807a7cfb2d1fdf")
        #expect(message.fromNumber == "+12347200160" && message.fromNumberRaw == "+12347200160")
        #expect(message.toNumber == "+18184505018" && message.toNumberRaw == "+18184505018")
        #expect(message.content == "test from wang haha")
        #expect(message.reportedTime == "2021-02-07 14:54:00")
        #expect(message.size == 1)
        #expect(message.price == Amount("0.036"))
        #expect(message.key >> 96 == 666_024_840)  // seconds since 2000-01-01
    }

    @Test(arguments: [
        json(), json(action: "mo"), json(action: "MO "), json(["size": "1", "price": "0.036"]),
        sample(["toPhone": "+18184505018", "fromPhone": "12347200160"]), sample(["type": "0"]), sample(["type": ""]),
        webhook(.nxteleInbound, query: NXTeleSample.inbound),
    ])
    func `every encoding of one message is the same message`(raw: RawWebhook) throws {
        let first = try inbound(Self.sample())
        let second = try inbound(raw)
        #expect(first.key == second.key)
        #expect(first.contentHash == second.contentHash)
        #expect(first.content == second.content)
    }

    @Test func `a line end behind the form is no part of its last field`() throws {
        let body = form(NXTeleSample.inboundFields, ["content": nil]) + "&content=hi"
        #expect(try inbound(webhook(.nxteleInbound, body: body + "\r\n")).content == "hi")
        #expect(try inbound(webhook(.nxteleInbound, body: body + "%0A")).content == "hi\n")
    }

    @Test(arguments: ["messageId": "x", "fromPhone": "12347200161", "toPhone": "18184505019", "receiveTime": "x"])
    func `another identity is another key`(field: String, value: String) throws {
        #expect(try inbound(Self.sample([field: value])).key != inbound(Self.sample()).key)
    }

    @Test(arguments: ["content": "other", "size": "2", "price": "1"])
    func `other content under the same key is a conflict`(field: String, value: String) throws {
        let (first, second) = (try inbound(Self.sample()), try inbound(Self.sample([field: value])))
        #expect(first.key == second.key)
        #expect(first.contentHash != second.contentHash)
    }

    @Test func `a short code and a name are kept as they came`() throws {
        let message = try inbound(Self.sample(["fromPhone": "TUKUPAY", "toPhone": "80808"]))
        #expect(message.fromNumber == "TUKUPAY" && message.toNumber == "80808")
    }

    @Test func `the text is kept to the byte`() throws {
        let written = "+%0D%0Aline%09two%C2%A4cy%3D1%C2%A4cy=2+"
        #expect(try inbound(Self.sample(["content": written])).content == " \r\nline\ttwo¤cy=1¤cy=2 ")
        #expect(try inbound(Self.sample(["content": ""])).content == "")
    }

    private static let receipts: [(RawWebhook, status: String)] = [
        (sample(["type": "1"]), "2"), (json(action: "dr"), "2"), (json(["type": "\"1\""]), "2"),
        (json(["type": "1"]), "2"), (sample(["type": "1", "smsStatus": "UNDELIVR"]), "5"),
        (json(["smsStatus": "\"undeliv\""], action: "dr"), "5"),
        (sample(["type": "1", "smsStatus": "提交失败"]), "提交失败"),
    ]

    @Test(arguments: receipts)
    func `a receipt on this address becomes a receipt`(raw: RawWebhook, status: String) throws {
        guard case .receipt(let receipt, let key, _) = try Self.parser.parse(raw) else {
            Issue.record("no receipt")
            return
        }
        #expect(receipt.messageID == "fcf3432fd1834ccdac807a7cfb2d1fdf")
        #expect(receipt.phone == "18184505018")
        #expect(receipt.status == status)
        #expect(receipt.reportedTime == "2021-02-07 14:54:00")
        #expect(receipt.content.price == Amount("0.036") && receipt.content.size == 1)
        #expect(key.rawValue >> 96 == 666_024_840)
    }

    @Test func `the header decides for JSON, the field for a form`() throws {
        _ = try inbound(Self.json(["type": "1"], action: "mo"))
        _ = try inbound(
            webhook(.nxteleInbound, body: NXTeleSample.inbound + "&type=0", headers: "action: dr\r\n"))
    }

    private static let refused: [(RawWebhook, ParseFailure.Reason, field: String?)] = [
        (webhook(.nxteleInbound, body: ""), .empty, nil),
        (sample(["messageId": nil]), .missingField, "messageId"),
        (sample(["fromPhone": ""]), .missingField, "fromPhone"),
        (sample(["toPhone": nil]), .missingField, "toPhone"), (sample(["type": "2"]), .badValue, "type"),
        (json(action: "send"), .badValue, "action"), (sample(["content": "a%00"]), .nulByte, "content"),
        (sample(["content": "%FF"]), .invalidUTF8, "content"),
        (sample(["fromPhone": "a%07"]), .controlCharacter, "fromPhone"),
        (sample(["content": String(repeating: "a", count: 40_000)]), .tooLong, "content"),
        (sample(["price": "x"]), .badNumber, "price"), (sample(["size": "-1"]), .badNumber, "size"),
        (sample(["type": "1", "toPhone": "TUKUPAY"]), .badPhone, "toPhone"),
        (sample(["type": "1", "smsStatus": nil]), .missingField, "smsStatus"),
        (json(["content": "[]"]), .wrongType, "content"), (json(["content": "\"\\udc00\""]), .loneSurrogate, "content"),
    ]

    @Test(arguments: refused)
    func `a bad call is refused by its field's name`(
        raw: RawWebhook, reason: ParseFailure.Reason, field: String?
    ) {
        let found = failure(Self.parser, raw)
        #expect(found?.reason == reason)
        #expect(found?.field == field)
    }
}
