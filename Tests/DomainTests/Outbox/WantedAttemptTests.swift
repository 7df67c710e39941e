import Domain
import Testing

/// Whether an attempt that was claimed is to be made.
struct WantedAttemptTests {
    private static let mine = attempt(.dispatched, number: 2)

    @Test(
        arguments: [
            // What a provider refused for now, and what nobody called, before the deadline of unclear ones and after it.
            (attempt(.notSent), true), (attempt(.notSent, unclearDeadlinePassed: true), true),
            (attempt(.notSent, counts: false, code: "88", unclearDeadlinePassed: true), true),
            // Given up: the attempt is the policy's answer.
            (attempt(.unclear, unclearDeadlinePassed: true), true),
            (attempt(.dispatched, unclearDeadlinePassed: true), true),
            (attempt(.unclear), false), (attempt(.dispatched), false),
            (attempt(.accepted, unclearDeadlinePassed: true), false), (attempt(.accepted), false),
            (attempt(.rejected, unclearDeadlinePassed: true), false),
            (attempt(.notSent, receipts: [receipt("2")]), false), (attempt(.notSent, receipts: [receipt("5")]), false),
            (attempt(.notSent, receipts: [receipt("12")]), false),
            (attempt(.unclear, unclearDeadlinePassed: true, receipts: [receipt("12")]), false),
        ])
    func `one is wanted until the one before it is known to be taken or refused`(
        first: AttemptEvidence, isWanted: Bool
    ) {
        #expect(Domain.isWanted(Self.mine.id, of: EntryEvidence(attempts: [first, Self.mine])) == isWanted)
    }

    @Test func `one is not wanted any more where the entry has ended, or an earlier cycle was delivered`() {
        let alone = EntryEvidence(attempts: [attempt(.dispatched)])
        #expect(isWanted(attempt(.dispatched).id, of: alone))
        for (cancelled, expired, suppressed) in [(true, false, false), (false, true, false), (false, false, true)] {
            var ended = alone
            ended.cancelled = cancelled
            ended.expired = expired
            ended.suppressed = suppressed
            #expect(!isWanted(attempt(.dispatched).id, of: ended))
        }
        let resent = attempt(.dispatched, cycle: 1)
        for (status, wanted) in [("5", true), ("2", false)] {
            let earlier = attempt(.accepted, receipts: [receipt(status)])
            #expect(isWanted(resent.id, of: EntryEvidence(cycle: 1, attempts: [earlier, resent])) == wanted)
        }
    }

    @Test func `one that is withdrawn leaves no entry that waits, and one that is made was waited for`() {
        var random = SplitMix64(seed: 94)
        var lateCount = 0
        for _ in 0..<6_000 {
            let history = EntryHistory(using: &random)
            var record = EntryRecord(history)
            for event in history.order(using: &random) {
                record.apply(event)
                let evidence = record.evidence
                let current = evidence.attempts.filter { $0.cycle == evidence.cycle }
                guard let last = current.max(by: { $0.number < $1.number }), last.state == .prepared else { continue }
                let isWaitedFor = [.queued, .scheduled].contains(record.state.deliveryState)
                // Of an entry that is told to wait only a question that is still open keeps it back.
                let isOpen = current.contains {
                    [.dispatched, .unclear].contains($0.state) && $0.receipts.isEmpty && !$0.unclearDeadlinePassed
                }
                #expect(isWanted(last.id, of: evidence) == (isWaitedFor && !isOpen))
                if isWaitedFor, current.contains(where: { $0.state == .notSent && $0.unclearDeadlinePassed }) {
                    lateCount += 1
                }
            }
        }
        #expect(lateCount > 0, "the histories reach what turned out too late not to have been sent")
    }
}
