import Domain
import Testing

@testable import Providers

/// What is read of a provider's answers: one byte below, at and one above.
struct AnswerLimitTests {
    private static func padded(_ body: String, to count: Int) -> ProviderReply {
        reply(body + String(repeating: " ", count: count - body.utf8.count))
    }

    @Test(arguments: [
        (ReplyLimits.bodyBytesMax - 1, true), (ReplyLimits.bodyBytesMax, true), (ReplyLimits.bodyBytesMax + 1, false),
    ])
    func `an answer has so many bytes`(count: Int, isRead: Bool) {
        let sender = NXTeleSenders.form
        let sent = sender.result(of: Self.padded(NXTeleReplySample.accepted, to: count)).outcome
        let accepted = SendOutcome.accepted(providerMessageID: "20d6c660bd664c65bef20026564b0b79")
        // Whether it was taken is not known of an answer that is not read.
        #expect(sent == (isRead ? accepted : .unclear))
        #expect(
            (sender.lookUpResult(of: Self.padded(NXTeleReplySample.record(), to: count)) != .unreadable) == isRead)
        #expect((sender.balanceResult(of: Self.padded(NXTeleReplySample.balance, to: count)) != .unreadable) == isRead)
    }

    @Test(arguments: [
        (ReplyLimits.wordsBytesMax - 1), ReplyLimits.wordsBytesMax, ReplyLimits.wordsBytesMax + 1, 60_000,
    ])
    func `of a provider's words so much is kept`(count: Int) {
        let words = String(repeating: "a", count: count)
        let result = NXTeleSenders.form.result(of: reply(#"{"code":"4","result":"\#(words)"}"#))
        #expect(result.answer?.utf8.count == min(count, ReplyLimits.wordsBytesMax))
    }

    @Test(arguments: [
        (ParserLimits.identifierBytesMax - 1, true), (ParserLimits.identifierBytesMax, true),
        (ParserLimits.identifierBytesMax + 1, false),
    ])
    func `a provider's id that is too long is none, and the SMS is accepted all the same`(count: Int, isKept: Bool) {
        let id = String(repeating: "a", count: count)
        let result = NXTeleSenders.form.result(of: reply(#"{"code":"0","messageid":"\#(id)"}"#))
        #expect(result.outcome == .accepted(providerMessageID: isKept ? id : nil))
    }

    @Test(arguments: [
        (ReplyLimits.pageRecordsMax - 1, true), (ReplyLimits.pageRecordsMax, true),
        (ReplyLimits.pageRecordsMax + 1, false),
    ])
    func `a page has so many records`(count: Int, isRead: Bool) {
        let rows = Array(repeating: object(NXTeleReplySample.recordMembers), count: count).joined(separator: ",")
        let answer = NXTeleSenders.form.dayListResult(of: reply(#"{"code":"0","info":{"total":1,"rows":[\#(rows)]}}"#))
        if case .page(let records, _) = answer {
            #expect(isRead && records.count == count)
        } else {
            #expect(!isRead)
        }
    }
}
