import Domain
import Glibc
import Testing

@testable import Providers

struct HostileInputTests {
    /// Input `n` is made from `seed + n` alone, so that any of them can be made again.
    private static let seed: UInt64 = 0x504F_5354_524F_4F4D
    private static let inputs = 100_000

    private static let forms = HostileBytes(samples: [
        NXTeleSample.receipt, NXTeleSample.garbledReceipt, NXTeleSample.inbound, "messageid=a&phone=1&status=2",
        "messageId=a&toPhone=1&fromPhone=2&type=1&smsStatus=x", object(NXTeleSample.receiptMembers),
        object(NXTeleSample.inboundMembers),
    ])

    private static let logs = HostileBytes(samples: [
        OnoffSample.log, OnoffSample.call, #"{"id":1,"eventName":"SMS","body":"\ud83d\ude1c\u0041\n"}"#, "{}",
    ])

    private static let replies = HostileBytes(samples: [
        NXTeleReplySample.accepted, NXTeleReplySample.refused, NXTeleReplySample.record(),
        NXTeleReplySample.record(["dr": #""\ud83d\u0000""#]), NXTeleReplySample.dayList, NXTeleReplySample.balance,
        NXTeleReplySample.newestBalance, #"{"code":88,"result":"to +4915112345678 \u202e"}"#,
    ])

    @Test func `no reply traps its readers`() {
        let inputs = 25_000  // each for four readers
        print("NXTele's replies: \(inputs) inputs from seed \(Self.seed)")
        fflush(nil)
        let sender = NXTeleSenders.signed
        var (accepted, found, pages, balances) = (0, 0, 0, 0)
        for index in 0..<inputs {
            var random = SeededGenerator(seed: Self.seed &+ UInt64(index))
            let reply = ProviderReply(status: 100 * random.below(7), body: Self.replies.make(&random))
            let result = sender.result(of: reply)
            if case .accepted = result.outcome {
                accepted += 1
                if result.code != "0" { Issue.record("accepted without code 0: input \(index)") }
            }
            if let answer = result.answer, !isFit(answer) { Issue.record("words: input \(index)") }
            if case .found(let record) = sender.lookUpResult(of: reply) {
                found += 1
                if !isClean(record) { Issue.record("record: input \(index)") }
            }
            if case .page(let records, _) = sender.dayListResult(of: reply) {
                pages += 1
                if !records.allSatisfy(isClean) { Issue.record("page: input \(index)") }
            }
            if case .balance = sender.balanceResult(of: reply) { balances += 1 }
        }
        #expect(min(accepted, found, pages, balances) > inputs / 200, "most replies must get past the first check")
    }

    private func isFit(_ words: String) -> Bool {
        !words.isEmpty && words.utf8.count <= ReplyLimits.wordsBytesMax
            && words.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && !words.contains("4915112345678")
    }

    private func isClean(_ record: ProviderRecord) -> Bool {
        guard let report = record.report else { return !record.messageID.utf8.contains(0) }
        return isClean(.receipt(report.receipt, key: report.key, contentHash: report.contentHash))
    }

    @Test func `no input traps the receipt parser`() {
        survive(NXTeleReceiptParser(), Self.forms, splitting: true)
    }

    @Test func `no input traps the inbound parser`() {
        survive(NXTeleInboundParser(), Self.forms, splitting: true)
    }

    @Test func `no input traps the log parser`() {
        survive(OnoffLogParser(), Self.logs, splitting: false)
    }

    /// Parses every input; on the way checks that whatever comes out is fit for Postgres and repeats.
    private func survive(_ parser: some WebhookParser, _ source: HostileBytes, splitting: Bool) {
        print("\(type(of: parser)): \(Self.inputs) inputs from seed \(Self.seed)")
        fflush(nil)  // a trap leaves no other trace
        var (accepted, refused) = (0, 0)
        for index in 0..<Self.inputs {
            var random = SeededGenerator(seed: Self.seed &+ UInt64(index))
            let bytes = source.make(&random)
            let cut = splitting && !bytes.isEmpty && random.below(4) == 0 ? random.below(bytes.count) : 0
            let raw = webhook(
                query: Array(bytes[..<cut]), body: Array(bytes[cut...]),
                headers: random.below(8) == 0 ? "action: dr\r\n" : "")
            do throws(ParseFailure) {
                let event = try parser.parse(raw)
                accepted += 1
                if index % 64 == 0 {
                    #expect((try? parser.parse(raw)) == event, "seed \(Self.seed), input \(index)")
                }
                if !isClean(event) { Issue.record("U+0000 in a text: seed \(Self.seed), input \(index)") }
            } catch {
                refused += 1
                if error.detail.utf8.count > 100 { Issue.record("long detail: seed \(Self.seed), input \(index)") }
            }
        }
        #expect(accepted > Self.inputs / 50, "most inputs must get past the first check")
        #expect(refused > Self.inputs / 50)
    }

    /// Whether no text has U+0000, which Postgres would refuse together with the rest of its batch.
    private func isClean(_ event: WebhookEvent) -> Bool {
        let texts: [String?] =
            switch event {
            case .receipt(let receipt, _, _):
                [
                    receipt.messageID, receipt.phone, receipt.status, receipt.reportedTime, receipt.content.currency,
                    receipt.content.result, receipt.content.submittedTime, receipt.content.ext,
                ]
            case .smsLog(let event):
                [
                    event.eventID, event.direction, event.userName, event.userEmail, event.userNumberRaw,
                    event.externalNumberRaw, event.externalName, event.externalEmail, event.occurredAtRaw, event.body,
                ]
            case .otherEvent(let event): [event.eventID, event.eventName]
            case .inbound(let message):
                [message.messageID, message.fromNumberRaw, message.toNumberRaw, message.content, message.reportedTime]
            }
        return texts.allSatisfy { $0?.utf8.contains(0) != true }
    }
}
