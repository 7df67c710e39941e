import Domain
import Testing

@testable import Providers

@Suite struct RecordQueryTests {
    private let sender = NXTeleSenders.form

    private func record(_ changes: [String: String?] = [:]) throws -> ProviderRecord {
        guard case .found(let record) = sender.lookUpResult(of: reply(NXTeleReplySample.record(changes))) else {
            throw ParseFailure(.badValue, note: "not found")
        }
        return record
    }

    @Test func `the documentation's record is read`() throws {
        let record = try record()
        #expect(record.messageID == "xxxxxxxxxxxxxxxxxxxxxxxx")
        #expect(record.phone == "6288888888888")
        let receipt = try #require(record.report?.receipt)
        #expect(receipt.messageID == record.messageID)
        #expect(receipt.phone == record.phone)
        #expect(receipt.status == "2")
        #expect(receipt.rank == .delivered)
        #expect(receipt.reportedTime == "2021-06-28 09:00:00")
        #expect(
            receipt.content
                == ReceiptContent(
                    price: Amount("0"), size: 1, result: "DELIVRD", submittedTime: "2021-06-28 09:00:00"))
    }

    /// The record's receipt and the webhook's are one receipt, in whatever form either spells its fields.
    @Test(arguments: [
        ("DELIVRD", "2"), ("UNDELIV", "5"), ("REJECTD", "6"), ("EXPIRED", "7"), ("DELETED", "8"), ("DND", "9"),
        ("ESME_RINVDSTADR", "10"), ("ESME_RINVSRCADR", "11"), ("UNKNOWN", "12"),
    ])
    func `a record's receipt has the key of the webhook's`(word: String, status: String) throws {
        let sample = form(
            NXTeleSample.receiptFields, ["status": status, "result": word, "currency": nil, "rate": nil])
        guard
            case .receipt(let receipt, let key, let hash) = try NXTeleReceiptParser().parse(webhook(body: sample))
        else {
            Issue.record("no receipt")
            return
        }
        let report = try #require(
            try record([
                "msgid": #"" b308d94a73f94e6d84ae975c41f4b2a6""#, "phone": #""+62 821-67624806""#,
                "dr": "\"\(word)\"", "dr_time": #""2021-02-26 10:01:15""#, "date": #""2021-02-26 10:01:15""#,
                "billing_price": "0.0450", "billing_size": "\"1\"",
            ]).report)
        #expect(report.key == key)
        #expect(report.receipt == receipt)
        #expect(report.contentHash == hash)
    }

    private static let words: [(word: String, status: String?, rank: ReceiptRank?)] = [
        ("delivrd", "2", .delivered), (" DELIVRD ", "2", .delivered), ("DELIVERED", "2", .delivered),
        // Definite failures in other spellings: a word that stays a word would rank as UNKNOWN.
        ("UNDELIVR", "5", .failed), ("UNDELIVERED", "5", .failed), ("FAILED", "5", .failed),
        ("REJECTED", "6", .failed), ("ESME_RSUBMITFAIL", "5", .failed), ("ESME_RTHROTTLED", "5", .failed),
        ("UNKNOWN", "12", .unknown), ("SKIPPED", "SKIPPED", .unknown), ("成功", "成功", .unknown),
        ("5", "5", .failed), ("", nil, nil), ("  ", nil, nil), ("ENROUTE", nil, nil), ("ACCEPTD", nil, nil),
        ("null", nil, nil),
    ]

    @Test(arguments: words)
    func `each word of dr has its status`(word: String, status: String?, rank: ReceiptRank?) throws {
        let receipt = try record(["dr": "\"\(word)\""]).report?.receipt
        #expect(receipt?.status == status)
        #expect(receipt?.rank == rank)
        if let receipt { #expect(receipt.content.result == word.filter { $0 != " " }) }
    }

    @Test func `a number beside a word nobody knows is its status`() throws {
        #expect(try record(["dr": #""MT:99""#, "dr_status": "5"]).report?.receipt.status == "5")
        #expect(try record(["dr": #""MT:99""#, "dr_status": #""5""#]).report?.receipt.status == "5")
        #expect(try record(["dr": #""DELIVRD""#, "dr_status": "5"]).report?.receipt.status == "2")
        #expect(try record(["dr": #""""#, "dr_status": "2"]).report == nil)
    }

    @Test func `a message without dr has no report yet`() throws {
        for changes in [["dr": nil], ["dr": "null"], ["dr": nil, "dr_time": nil]] as [[String: String?]] {
            #expect(try record(changes).report == nil)
        }
    }

    @Test func `what a receipt can be without does not spoil the record`() throws {
        let receipt = try #require(
            try record(["billing_price": "-1", "billing_size": "1.5", "date": "[1]", "dr_status": "{}"]).report
        ).receipt
        #expect(receipt.content == ReceiptContent(result: "DELIVRD"))
        #expect(try record(["body": #""cut \ud83d""#, "network": "893"]).report != nil)
    }

    @Test(arguments: [
        (#"{"code":"0"}"#, RecordAnswer.notFound), (#"{"code":0,"row":null}"#, .notFound),
        (#"{"code":0,"row":{ }}"#, .notFound), (#"{"code":0,"row":""}"#, .notFound),
        (#"{"code":"1"}"#, .invalid), (#"{"code":"2"}"#, .refused(code: "2")),
        (#"{"code":3}"#, .tooOld), (#"{"code":"5"}"#, .tooOften), (#"{"code":"28"}"#, .tooOften),
        (#"{"code":"99","row":{}}"#, .refused(code: "99")), (#"{"code":"0","row":"text"}"#, .unreadable),
        (#"{"code":"0","row":[]}"#, .unreadable), (#"{"code":"0","row":{"msgid":"a"}}"#, .unreadable),
        (#"{"code":"0","row":{"msgid":"a","phone":"1,2","dr":"DELIVRD"}}"#, .unreadable),
        (#"{"code":"0","row":{"phone":"123"}}"#, .unreadable), ("", .unreadable), ("<html>", .unreadable),
        (#"{"row":{"msgid":"a","phone":"1"}}"#, .unreadable),
    ])
    func `every other answer has a meaning`(body: String, answer: RecordAnswer) {
        #expect(sender.lookUpResult(of: reply(body)) == answer)
    }

    @Test func `a refusal of the gateway is read from the status`() {
        #expect(sender.lookUpResult(of: reply("", status: 429)) == .tooOften)
        #expect(sender.lookUpResult(of: reply("", status: 503)) == .unreadable)
        #expect(sender.dayListResult(of: reply("", status: 429)) == .tooOften)
        #expect(sender.dayListResult(of: reply("", status: 503)) == .unreadable)
    }

    // MARK: The day list

    @Test func `the documentation's day list is read`() {
        guard case .page(let records, let total) = sender.dayListResult(of: reply(NXTeleReplySample.dayList)) else {
            Issue.record("no page")
            return
        }
        #expect(total == 1119)
        #expect(
            records.map(\.messageID) == ["5cd1397f-f3b2-95de-ed5e-27d5f39a230d", "f76bc33281124f8aa8bca33ce54b01ad"])
        #expect(records.map(\.phone) == ["62833935195", "62844049494"])
        #expect(records.map(\.report?.receipt.reportedTime) == ["2019-06-15 23:42:00", "2019-06-15 23:53:00"])
        #expect(records.allSatisfy { $0.report?.receipt.content.price == Amount("0.09") })
        #expect(records.allSatisfy { $0.report?.receipt.content.size == 2 })
    }

    @Test func `a record is the same in the list and alone`() throws {
        let row = object(NXTeleReplySample.recordMembers)
        let list = sender.dayListResult(of: reply(#"{"code":0,"info":{"rows":[\#(row)],"total":"1"}}"#))
        #expect(list == .page(records: [try record()], total: 1))
    }

    @Test func `a record that cannot be read does not hide the others`() throws {
        let good = object(NXTeleReplySample.recordMembers)
        let bad = [
            object(NXTeleReplySample.recordMembers, ["phone": "\"628****888\""]),
            object(NXTeleReplySample.recordMembers, ["msgid": nil]), "{}",
        ].joined(separator: ",")
        let damaged = object(NXTeleReplySample.recordMembers, ["body": #""\u0000 \udc00""#])
        let list = sender.dayListResult(
            of: reply(#"{"code":"0","info":{"total":5,"rows":[\#(bad), \#(good),\#(damaged) ]}}"#))
        #expect(list == .page(records: [try record(), try record()], total: 5))
    }

    @Test(arguments: [
        (#"{"code":"0","info":{"total":0,"rows":[]}}"#, DayListAnswer.page(records: [], total: 0)),
        (#"{"code":"0","info":{"total":0,"rows":null}}"#, .page(records: [], total: 0)),
        (#"{"code":"0","info":{"total":7,"rows":[]}}"#, .page(records: [], total: 7)),
        (#"{"code":"0","info":{"total":7}}"#, .unreadable), (#"{"code":"0","info":{"rows":[]}}"#, .unreadable),
        (#"{"code":"0","info":{"total":-1,"rows":[]}}"#, .unreadable), (#"{"code":"0","info":[]}"#, .unreadable),
        (#"{"code":"0"}"#, .unreadable), (#"{"code":"0","info":{"total":1,"rows":{}}}"#, .unreadable),
        (#"{"code":"0","info":{"total":1,"rows":[1]}}"#, .unreadable),
        (#"{"code":"0","info":{"total":1,"rows":[[]]}}"#, .unreadable), (#"{"code":5}"#, .tooOften),
        (#"{"code":"1"}"#, .invalid), (#"{"code":"2"}"#, .refused(code: "2")),
        (#"{"code":"3"}"#, .refused(code: "3")), (#"{"code":"4"}"#, .refused(code: "4")), ("[]", .unreadable),
        (String(NXTeleReplySample.dayList.dropLast(2)), .unreadable),
    ])
    func `every other list has a meaning`(body: String, answer: DayListAnswer) {
        #expect(sender.dayListResult(of: reply(body)) == answer)
    }

    @Test func `a page has at most 999 records and 4 MiB`() throws {
        let row = object(NXTeleReplySample.recordMembers)
        func list(_ count: Int) -> DayListAnswer {
            let rows = Array(repeating: row, count: count).joined(separator: ",")
            return sender.dayListResult(of: reply(#"{"code":"0","info":{"total":1000,"rows":[\#(rows)]}}"#))
        }
        #expect(list(999) == .page(records: Array(repeating: try record(), count: 999), total: 1000))
        #expect(list(1000) == .unreadable)
        let prefix = #"{"code":"0","info":{"total":0,"rows":[]}}"#
        let full = prefix + String(repeating: " ", count: ReplyLimits.dayListBytesMax - prefix.utf8.count)
        #expect(sender.dayListResult(of: reply(full)) == .page(records: [], total: 0))
        #expect(sender.dayListResult(of: reply(full + " ")) == .unreadable)
    }
}
