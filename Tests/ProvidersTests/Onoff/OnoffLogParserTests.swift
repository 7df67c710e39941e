import Domain
import Testing

@testable import Providers

struct OnoffLogParserTests {
    private static let parser = OnoffLogParser()

    private static func log(_ changes: [String: String?] = [:]) -> RawWebhook {
        webhook(.onoffSMS, body: object(OnoffSample.members, changes))
    }

    private func event(_ raw: RawWebhook) throws -> SMSLogEvent {
        guard case .smsLog(let event) = try Self.parser.parse(raw) else {
            throw ParseFailure(.badValue, note: "no SMS")
        }
        return event
    }

    private func other(_ body: String) throws -> OtherEvent {
        guard case .otherEvent(let event) = try Self.parser.parse(webhook(.onoffSMS, body: body)) else {
            throw ParseFailure(.badValue, note: "no other event")
        }
        return event
    }

    @Test func `the documentation's sample becomes a log entry`() throws {
        let event = try event(webhook(.onoffSMS, body: OnoffSample.log))
        #expect(event.eventID == "12345")
        #expect(event.direction == "SENT")
        #expect(event.userName == "John Doe" && event.userEmail == "john.doe@example.com")
        #expect(event.userNumber == "+1234567890" && event.userNumberRaw == "1234567890")
        #expect(event.externalNumber == "0987654321" && event.externalNumberRaw == "0987654321")
        #expect(event.externalName == "Jane Smith" && event.externalEmail == "jane.smith@example.com")
        #expect(event.occurredAt == Timestamp(microseconds: 1_684_593_000_000_000))
        #expect(event.occurredAtRaw == "2023-05-20T14:30:00Z")
        #expect(event.body == "Hello, this is a test message.")
    }

    @Test func `an SMS needs only its id`() throws {
        let event = try event(webhook(.onoffSMS, body: #"{"eventName":"SMS","id":"a"}"#))
        #expect(event.direction == "" && event.body == "" && event.userNumber == "" && event.externalNumber == "")
        #expect(event.externalName == nil && event.externalEmail == nil && event.occurredAt == nil)
    }

    @Test func `null is absent`() throws {
        let event = try event(Self.log(["externalName": "null", "body": "null", "date": "null"]))
        #expect(event.externalName == nil && event.body == "" && event.occurredAtRaw == "")
    }

    @Test(arguments: ["12345", "0", "-7", "1e400", "123456789012345678901234567890", "1.50"])
    func `a number as id is the text it is written as`(id: String) throws {
        #expect(try event(Self.log(["id": id])).eventID == id)
        #expect(try event(Self.log(["id": id])) == event(Self.log(["id": "\"\(id)\""])))
    }

    @Test func `an id is opaque`() throws {
        #expect(try event(Self.log(["id": "\" A b \""])).eventID == " A b ")
    }

    @Test func `a text is decoded to the character and its line breaks are kept`() throws {
        let written = #""a\"\\\/\b\f\n\r\té\u00E9\ud83d\ude1c😜\uFFFF""#
        let body = try event(Self.log(["body": written])).body
        #expect(Array(body.unicodeScalars) == Array("a\"\\/\u{8}\u{C}\n\r\té\u{E9}😜😜\u{FFFF}".unicodeScalars))
    }

    @Test func `a number or a date that cannot be read is kept raw`() throws {
        let event = try event(Self.log(["externalNumber": "\"Orange Info\"", "date": "\"last week\""]))
        #expect(event.externalNumber == "Orange Info" && event.externalNumberRaw == "Orange Info")
        #expect(event.occurredAt == nil && event.occurredAtRaw == "last week")
    }

    @Test func `unknown members change nothing, and the first of duplicates stands`() throws {
        let body = object(OnoffSample.members + [("id", "true"), ("body", "\"second\""), ("new", "{\"a\":[1,{}]}")])
        #expect(try event(webhook(.onoffSMS, body: body)) == event(Self.log()))
    }

    @Test func `names match exactly`() throws {
        #expect(failure(Self.parser, Self.log(["id": nil, "ID": "\"1\""]))?.field == "id")
    }

    @Test(arguments: [
        "id": "\"x\"", "smsDirection": "\"RECEIVED\"", "onoffUserName": "\"x\"", "onoffUserEmail": "\"x\"",
        "onoffUserNumber": "\"+1234567890\"", "externalNumber": "\"x\"", "externalName": nil, "externalEmail": "\"\"",
        "date": "\"x\"", "body": "\"x\"",
    ])
    func `other content has another hash`(member: String, value: String?) throws {
        #expect(try event(Self.log([member: value])).contentHash != event(Self.log()).contentHash)
    }

    @Test func `an event of another kind is kept whole`() throws {
        let event = try other(OnoffSample.call)
        #expect(event.eventID == "c-1" && event.eventName == "CDR")
        #expect(event.payload == Array(OnoffSample.call.utf8))
    }

    @Test(arguments: [#"{"id":"1"}"#, #"{"id":"1","eventName":null}"#, #"{"id":"1","eventName":"sms"}"#])
    func `an event without the name SMS is of another kind`(body: String) throws {
        #expect(try other(body).eventID == "1")
    }

    @Test func `an event of another kind without an id is told from others by its bytes`() throws {
        let (first, again, second) = (try other("{}"), try other("{}"), try other("{ }"))
        #expect(first == again)
        #expect(first.eventID == "sha256:44136fa355b3678a1146ad16f7e8649e")
        #expect(first.eventID != second.eventID && first.contentHash != second.contentHash)
    }

    private static let long = "\"" + String(repeating: "a", count: 33_000) + "\""

    private static let refused: [(RawWebhook, ParseFailure.Reason, field: String?)] = [
        (log(["id": nil]), .missingField, "id"), (log(["id": "null"]), .missingField, "id"),
        (log(["id": "\"\""]), .missingField, "id"), (log(["id": "true"]), .wrongType, "id"),
        (log(["id": "[\"1\"]"]), .wrongType, "id"), (log(["body": "5"]), .wrongType, "body"),
        (log(["body": "{}"]), .wrongType, "body"), (log(["eventName": "1"]), .wrongType, "eventName"),
        (log(["onoffUserNumber": "1234567890"]), .wrongType, "onoffUserNumber"),
        (log(["date": "1684593000"]), .wrongType, "date"), (log(["externalName": "[]"]), .wrongType, "externalName"),
        (log(["body": #""a\u0000b""#]), .nulByte, "body"), (log(["id": "\"\0\""]), .nulByte, "id"),
        (log(["new": #"["\u0000"]"#]), .nulByte, nil), (log(["body": #""\ud83d""#]), .loneSurrogate, "body"),
        (log(["body": #""\ude1c\ud83d""#]), .loneSurrogate, "body"),
        (log(["body": #""\ud83d\u0041""#]), .loneSurrogate, "body"), (log(["id": #""a\nb""#]), .controlCharacter, "id"),
        (log(["externalNumber": #""\u0007""#]), .controlCharacter, "externalNumber"),
        (log(["body": long]), .tooLong, "body"), (log(["id": long]), .tooLong, "id"),
        (log(["onoffUserName": long]), .tooLong, "onoffUserName"), (log(["eventName": long]), .tooLong, "eventName"),
        (webhook(.onoffSMS, body: ""), .empty, "body"), (webhook(.onoffSMS, body: " \n"), .empty, "body"),
        (webhook(.onoffSMS, body: "[]"), .wrongType, "body"), (webhook(.onoffSMS, body: "\"SMS\""), .wrongType, "body"),
        (webhook(.onoffSMS, body: "id=12345"), .malformedJSON, nil),
        (webhook(.onoffSMS, body: OnoffSample.log + "x"), .malformedJSON, nil),
        (webhook(.onoffSMS, body: String(OnoffSample.log.dropLast())), .malformedJSON, nil),
    ]

    @Test(arguments: refused)
    func `a bad log is refused by its member's name`(
        raw: RawWebhook, reason: ParseFailure.Reason, field: String?
    ) {
        let found = failure(Self.parser, raw)
        #expect(found?.reason == reason)
        #expect(found?.field == field)
    }

    @Test func `bytes that are no UTF-8 are refused by their member's name`() {
        let body = Array(#"{"id":"1","eventName":"SMS","body":""#.utf8) + [0xC3] + Array("\"}".utf8)
        let found = failure(Self.parser, webhook(.onoffSMS, query: [], body: body))
        #expect(found?.reason == .invalidUTF8 && found?.field == "body")
    }

    @Test func `the query has no part in it`() throws {
        #expect(try event(webhook(.onoffSMS, query: "id=9&body=x", body: OnoffSample.log)) == event(Self.log()))
    }
}
