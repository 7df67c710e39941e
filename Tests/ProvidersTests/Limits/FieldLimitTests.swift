import Domain
import Testing

@testable import Providers

/// Every text of every webhook: one byte below, at and one above its bound.
struct FieldLimitTests {
    private typealias Limits = ParserLimits

    private static let receipt: [(String, Int)] = [
        ("messageid", Limits.identifierBytesMax), ("status", Limits.codeBytesMax), ("drtime", Limits.timeBytesMax),
        ("sendtime", Limits.timeBytesMax), ("currency", Limits.codeBytesMax), ("result", Limits.noteBytesMax),
        ("ext", Limits.noteBytesMax),
    ]
    private static let inbound: [(String, Int)] = [
        ("messageId", Limits.identifierBytesMax), ("toPhone", Limits.phoneBytesMax),
        ("fromPhone", Limits.phoneBytesMax),
        ("content", Limits.messageBytesMax), ("receiveTime", Limits.timeBytesMax),
    ]
    private static let log: [(String, Int)] = [
        ("id", Limits.identifierBytesMax), ("eventName", Limits.eventNameBytesMax),
        ("smsDirection", Limits.codeBytesMax),
        ("onoffUserNumber", Limits.phoneBytesMax), ("externalNumber", Limits.phoneBytesMax),
        ("date", Limits.timeBytesMax), ("onoffUserName", Limits.nameBytesMax), ("onoffUserEmail", Limits.nameBytesMax),
        ("externalName", Limits.nameBytesMax), ("externalEmail", Limits.nameBytesMax), ("body", Limits.messageBytesMax),
    ]

    /// What a text of so many bytes is refused for, on both sides of the bound.
    private func expectBound(_ max: Int, _ field: String, _ fault: (String) -> ParseFailure?) {
        for unit in ["a", "é"] {
            for count in [max - 2, max - 1, max] {
                // Two bytes a character do not always fit exactly.
                let text = String(repeating: unit, count: count / unit.utf8.count)
                #expect(fault(text) == nil, "\(text.utf8.count) bytes of \(field)")
            }
            let long = String(repeating: unit, count: max / unit.utf8.count + 1)
            let found = fault(long)
            #expect(found?.reason == .tooLong && found?.field == field, "\(long.utf8.count) bytes of \(field)")
        }
    }

    @Test(arguments: receipt)
    func `a receipt's texts`(field: String, max: Int) {
        expectBound(max, field) { text in
            failure(NXTeleReceiptParser(), webhook(body: form(NXTeleSample.receiptFields, [field: text])))
        }
        expectBound(max, field) { text in
            failure(
                NXTeleReceiptParser(), webhook(body: object(NXTeleSample.receiptMembers, [field: "\"\(text)\""])))
        }
    }

    @Test(arguments: inbound)
    func `an inbound SMS's texts`(field: String, max: Int) {
        expectBound(max, field) { text in
            failure(
                NXTeleInboundParser(), webhook(.nxteleInbound, body: form(NXTeleSample.inboundFields, [field: text])))
        }
    }

    @Test(arguments: log)
    func `a log's texts`(field: String, max: Int) {
        expectBound(max, field) { text in
            failure(
                OnoffLogParser(), webhook(.onoffSMS, body: object(OnoffSample.members, [field: "\"\(text)\""])))
        }
    }

    @Test(
        arguments: [
            (Limits.phoneDigitsMax - 1, nil), (Limits.phoneDigitsMax, nil), (Limits.phoneDigitsMax + 1, .badPhone),
        ] as [(Int, ParseFailure.Reason?)])
    func `a receipt's phone has so many digits`(count: Int, reason: ParseFailure.Reason?) {
        let phone = String(repeating: "6", count: count)
        let raw = webhook(body: form(NXTeleSample.receiptFields, ["phone": phone]))
        #expect(failure(NXTeleReceiptParser(), raw)?.reason == reason)
    }

    @Test(
        arguments: [
            (Limits.jsonDepthMax - 1, nil), (Limits.jsonDepthMax, nil), (Limits.jsonDepthMax + 1, .tooDeep),
        ] as [(Int, ParseFailure.Reason?)])
    func `a webhook is nested so deep, the object itself counted`(depth: Int, reason: ParseFailure.Reason?) {
        let nested = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
        #expect(
            failure(NXTeleReceiptParser(), webhook(body: object(NXTeleSample.receiptMembers, ["x": nested])))?.reason
                == reason)
        #expect(
            failure(OnoffLogParser(), webhook(.onoffSMS, body: object(OnoffSample.members, ["x": nested])))?.reason
                == reason)
    }

    @Test(
        arguments: [
            (Limits.inputBytesMax - 1, nil), (Limits.inputBytesMax, nil), (Limits.inputBytesMax + 1, .tooLarge),
        ] as [(Int, ParseFailure.Reason?)])
    func `query and body have so many bytes together`(count: Int, reason: ParseFailure.Reason?) {
        let padding = [UInt8](repeating: 0x26, count: count - NXTeleSample.receipt.utf8.count)
        let raw = webhook(query: Array(NXTeleSample.receipt.utf8), body: padding)
        #expect(failure(NXTeleReceiptParser(), raw)?.reason == reason)
        let spaces = [UInt8](repeating: 0x20, count: count - OnoffSample.log.utf8.count)
        let log = webhook(.onoffSMS, query: [], body: Array(OnoffSample.log.utf8) + spaces)
        #expect(failure(OnoffLogParser(), log)?.reason == reason)
    }
}
