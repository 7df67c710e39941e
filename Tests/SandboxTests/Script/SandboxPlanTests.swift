import Sandbox
import TestSupport
import Testing

struct SandboxPlanTests {
    private static let everything =
        "delay=1ms-90ms,drop=0.1,lost=0.1,hang=0.05,garbage=0.1,http500=0.1,code:88=0.1,code:26=0.05,receipt-delay=1ms-2s,"
        + "receipt-before-answer=0.2,no-receipt=0.1,silent=0.05,duplicate-receipt=0.2,reorder-receipt=0.2,raw-space=0.3,"
        + "undelivered=0.2,unknown=0.1"

    private struct Call: Hashable {
        let phone: String
        let number: Int
    }

    @Test func `the same seed gives the same plans in whatever order calls come`() throws {
        let script = try SandboxScript(Self.everything)
        let calls = (0..<500).flatMap { phone in (0..<3).map { Call(phone: "49151000\(phone)", number: $0) } }
        var generator = SeededGenerator(seed: 7)
        let plans = { (calls: [Call]) in
            Dictionary(
                uniqueKeysWithValues: calls.map {
                    ($0, SandboxPlan(script, seed: 42, phone: $0.phone, call: $0.number))
                })
        }
        let first = plans(calls)
        #expect(first == plans(calls.shuffled(using: &generator)))
        let other = calls.filter { SandboxPlan(script, seed: 43, phone: $0.phone, call: $0.number) == first[$0] }
        #expect(other.isEmpty)
        #expect(Set(first.values).count == calls.count)
    }

    @Test func `the plans of a seed are the same on every machine and with every build`() throws {
        let script = try SandboxScript(Self.everything)
        let fates = (0..<8).map { SandboxPlan(script, seed: 1, phone: "6282167624806", call: $0).fate.name }
        #expect(fates == ["hang", "garbage", "accepted", "accepted", "drop", "code:88", "drop", "code:26"])
    }

    @Test func `a script that asks for one thing more changes nothing else`() throws {
        let less = try SandboxScript("drop=0.3,undelivered=0.4,delay=1ms-1s")
        let more = try SandboxScript("drop=0.3,undelivered=0.4,delay=1ms-1s,duplicate-receipt=0.5,raw-space=0.5")
        for number in 0..<200 {
            let one = SandboxPlan(less, seed: 5, phone: "4915112345678", call: number)
            let other = SandboxPlan(more, seed: 5, phone: "4915112345678", call: number)
            #expect(one.fate == other.fate)
            #expect(one.delay == other.delay)
            #expect(one.report.status == other.report.status)
        }
    }

    /// 4 000 draws: five standard deviations are below 0.04.
    @Test func `shares are what they say`() throws {
        let script = try SandboxScript(Self.everything)
        let plans = (0..<4_000).map { SandboxPlan(script, seed: 9, phone: "4915\($0 + 1_000_000)", call: 0) }
        func share(_ test: (SandboxPlan) -> Bool) -> Double { Double(plans.count(where: test)) / Double(plans.count) }
        func near(_ share: Double, _ wanted: Double) -> Bool { abs(share - wanted) < 0.04 }
        #expect(near(share { $0.fate == .drop }, 0.1))
        #expect(near(share { $0.fate == .code("26") }, 0.05))
        #expect(near(share { $0.fate == .accepted }, 0.4))
        #expect(near(share { $0.report.status == .unknown }, 0.1))
        #expect(near(share { $0.report.status == .delivered }, 0.7))
        #expect(near(share { $0.report.timing == .silent }, 0.05))
        #expect(near(share { $0.report.form == .rawSpace }, 0.3))
        #expect(near(share { $0.report.isDoubled }, 0.2))
        #expect(near(share { $0.report.timing == .beforeAnswer }, 0.2 * 0.95 * 0.9))
        #expect(plans.allSatisfy { $0.fate == .hang || (.milliseconds(1)...(.milliseconds(90))).contains($0.delay) })
        #expect(plans.allSatisfy { $0.fate != .hang || $0.delay == .seconds(60) })
        #expect(Set(plans.map(\.report.status)) == Set(DeliveryStatus.allCases))
        #expect(Set(plans.map(\.garbage)) == Set(GarbageAnswer.allCases))
    }

    @Test func `an empty script accepts all and reports delivery after a tenth of a second`() {
        for number in 0..<50 {
            let plan = SandboxPlan(SandboxScript(), seed: 3, phone: "4915112345678", call: number)
            #expect(plan.fate == .accepted)
            #expect(plan.delay == .zero)
            #expect(plan.report.status == .delivered)
            #expect(plan.report.timing == .after(.milliseconds(100)))
            #expect(plan.report.receiptCount == 1)
            #expect(plan.report.behaviours.isEmpty)
        }
    }
}
