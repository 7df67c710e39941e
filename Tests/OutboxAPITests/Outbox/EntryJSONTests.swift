import Domain
import PostgresClient
import Store
import Testing

@testable import OutboxAPI

/// The bytes of an entry: its members in their order, whatever has no value as null.
@Suite struct EntryJSONTests {
    private static let time = Timestamp(microseconds: 1_700_000_000_000_000)
    private static let id = "00000000-0000-0000-0000-000000000001"

    private static var entry: EntryRecord {
        EntryRecord(
            id: EntryID(rawValue: 1), account: "a", userID: "u\"", recipient: "+254712345678", message: "m\n",
            senderID: "S", messageID: "k", messageName: nil, units: 2, costPerUnit: Numeric(coefficient: 450, scale: 4),
            totalCost: Numeric(coefficient: 9, scale: 2), currency: "EUR", encoding: .gsm7, priority: .normal,
            tagsJSON: #"["t"]"#, customDataJSON: #"{"a":1}"#, provider: "nxtele", status: .pending,
            deliveryState: .queued, retryCount: 1, times: EntryTimes(createdAt: time))
    }

    private static let entryText = #"""
        {"outboxId":"\#(id)","userId":"u\"","recipientPhoneNumber":"+254712345678","message":"m\n","senderId":"S",\#
        "messageId":"k","messageName":null,"smsUnitsUsed":2,"costPerUnit":0.045,"totalCost":0.09,"currency":"EUR",\#
        "encoding":"gsm7","status":"pending","deliveryState":"queued",\#
        "timestamps":{"createdAt":"\#(time)","scheduledAt":null,"validUntil":null,"lastAttemptAt":null,\#
        "sentAt":null,"deliveredAt":null,"cancelledAt":null,"expiredAt":null},\#
        "retryCount":1,"errorDetails":null,"priority":"normal","provider":"nxtele","tags":["t"],"customData":{"a":1}
        """#

    private static let attemptText = #"""
        {"attemptId":"\#(id)","cycle":0,"number":1,"provider":"nxtele","state":"accepted","counts":true,\#
        "providerMessageId":null,"providerCode":"0","preparedAt":"\#(time)","dispatchedAt":null,"settledAt":null,\#
        "deadlinePassedAt":null,"receipts":[\#
        {"source":"webhook","receivedAt":"\#(time)","status":"3","result":"DELIVRD","reportedTime":"",\#
        "clockAheadMilliseconds":null,"price":null,"size":null,"currency":null,"rate":null,"charge":null},\#
        {"source":"query","receivedAt":"\#(time)","status":"3","result":"DELIVRD","reportedTime":"2023",\#
        "clockAheadMilliseconds":-5,"price":1.5,"size":2,"currency":"USD","rate":7,"charge":0}]}
        """#

    private static func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return writer.text
    }

    @Test func `an entry, and the answer to its send`() {
        #expect(Self.text { $0.value(Self.entry) } == Self.entryText + "}")
        let answer = #"""
            {"status":"success","message":"Cancelled.","outboxId":"\#(Self.id)","outbox":\#(Self.entryText)}}
            """#
        #expect(Self.text { $0.success("Cancelled.", Self.entry) } == answer)
    }

    @Test func `an entry with its attempts and their receipts`() {
        #expect(Self.text { $0.value(Self.entry, attempts: []) } == Self.entryText + #","attempts":[]}"#)
        let bare = AttemptReceipt(
            source: .webhook, receivedAt: Self.time, status: "3", result: "DELIVRD", reportedTime: "", rank: 3)
        let full = AttemptReceipt(
            source: .query, receivedAt: Self.time, status: "3", result: "DELIVRD", reportedTime: "2023",
            clockAheadMilliseconds: -5, price: Numeric(coefficient: 15, scale: 1), size: 2, currency: "USD",
            rate: Numeric(coefficient: 7, scale: 0), charge: .zero, rank: 3)
        let attempt = AttemptRecord(
            id: AttemptID(rawValue: 1), cycle: 0, number: 1, provider: "nxtele", state: .accepted, counts: true,
            providerCode: "0", preparedAt: Self.time, receipts: [bare, full])
        let text = #"\#(Self.entryText),"attempts":[\#(Self.attemptText)]}"#
        #expect(Self.text { $0.value(Self.entry, attempts: [attempt]) } == text)
    }
}
