/// What the sandbox does with one send call: a pure function of script, seed, phone and how many calls this phone had.
package struct SandboxPlan: Hashable, Sendable {
    /// Whether it is accepted, and how it is answered.
    package let fate: CallFate
    /// How long the answer takes.
    package let delay: Duration
    /// What stands for the answer if that is garbage.
    package let garbage: GarbageAnswer
    /// What is reported, if the call is accepted.
    package let report: ReportPlan
    /// 128 bits for the message id; the same plan in another run has the same.
    let idBits: UInt128
    /// Ten digits for the ids of calls with several numbers.
    let suffix: String

    /// Decides.
    ///
    /// - Parameters:
    ///   - call: how many calls for this phone were planned before: 0 for the first.
    package init(_ script: SandboxScript, seed: UInt64, phone: String, call: Int) {
        let draws = PlanDraws(seed: seed, phone: phone, call: call)
        fate = Self.fate(script.fates, draws.unit(.fate))
        delay = fate == .hang ? script.hangTime : script.delay.pick(draws.unit(.delay))
        let kinds = GarbageAnswer.allCases
        garbage = kinds[Int(draws.word(.garbage) % UInt64(kinds.count))]
        report = ReportPlan(script, draws)
        idBits = UInt128(draws.word(.messageIDHigh)) << 64 | UInt128(draws.word(.messageIDLow))
        let digits = "\(draws.word(.suffix) % 10_000_000_000)"
        suffix = String(repeating: "0", count: 10 - digits.count) + digits
    }

    private static func fate(_ fates: [SandboxScript.WeightedFate], _ unit: Double) -> CallFate {
        var sum = 0.0
        for weighted in fates {
            sum += weighted.share
            if unit < sum { return weighted.fate }
        }
        return .accepted
    }
}
