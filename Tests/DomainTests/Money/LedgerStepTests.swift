import Domain
import Testing

struct LedgerStepTests {
    @Test(
        arguments: [
            ([], [], []), ([0], [0], []), ([0], [], [(0, .refund)]), ([], [0], [(0, .refundReversal)]),
            ([0, 1], [1], [(0, .refund)]), ([1], [0, 1], [(0, .refundReversal)]),
            ([0, 2, 61], [1, 2], [(0, .refund), (1, .refundReversal), (61, .refund)]),
        ] as [([Int32], [Int32], [(Int32, LedgerKind)])])
    func `steps lead from what is charged to what is owed, ascending`(
        charged: [Int32], owed: [Int32], expected: [(Int32, LedgerKind)]
    ) {
        let steps = ledgerSteps(
            from: CycleSet(charged.map(CycleSet.init(cycle:))), to: CycleSet(owed.map(CycleSet.init(cycle:))))
        #expect(steps.map(\.cycle) == expected.map(\.0))
        #expect(steps.map(\.kind) == expected.map(\.1))
    }

    @Test func `applying the steps gives what is owed, by one step a cycle at most`() {
        var random = SplitMix64(seed: 71)
        for _ in 0..<20_000 {
            let charged = CycleSet(rawValue: Int64(truncatingIfNeeded: random.next()))
            let owed = random.once(in: 3) ? charged : CycleSet(rawValue: Int64(truncatingIfNeeded: random.next()))
            let steps = ledgerSteps(from: charged, to: owed)
            var result = charged
            for step in steps {
                let cycle = CycleSet(cycle: step.cycle)
                if step.kind == .refund {
                    #expect(result.remove(cycle) != nil, "nothing is refunded that was not paid")
                } else {
                    #expect(step.kind == .refundReversal && result.insert(cycle).inserted)
                }
            }
            #expect(result == owed)
            #expect(Set(steps.map(\.cycle)).count == steps.count)
            #expect(steps.map(\.cycle) == steps.map(\.cycle).sorted())
        }
    }

    @Test func `names are those of the schema`() {
        #expect(
            LedgerKind.allCases.map(\.rawValue) == ["charge", "refund", "refund_reversal", "topup", "adjustment"])
    }
}
