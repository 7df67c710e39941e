/// What a provider says about a message it accepted, when, and in which form.
package struct ReportPlan: Hashable, Sendable {
    /// When the receipt comes.
    package enum Timing: Hashable, Sendable {
        /// Before the call is answered.
        case beforeAnswer
        /// This long after the acceptance.
        case after(Duration)
        /// Not at all; the record query knows the report this long after the acceptance.
        case never(recordAfter: Duration)
        /// Not at all, and the record query has no report.
        case silent
    }

    /// How the receipt travels.
    package enum Form: Hashable, Sendable {
        /// A form in the body.
        case body
        /// Everything in the request target, with raw spaces, and no body.
        case rawSpace
    }

    /// What it says in the end.
    package let status: DeliveryStatus
    /// When.
    package let timing: Timing
    /// How.
    package let form: Form
    /// Whether it comes twice.
    package let isDoubled: Bool
    /// Whether an older report of 12 UNKNOWN comes after it.
    package let hasOlderReport: Bool

    init(_ script: SandboxScript, _ draws: PlanDraws) {
        let outcome = draws.unit(.outcome)
        if outcome < script.undelivered {
            let failures = DeliveryStatus.failures
            status = failures[Int(draws.word(.failure) % UInt64(failures.count))]
        } else {
            status = outcome < script.undelivered + script.unknown ? .unknown : .delivered
        }
        let delay = script.receiptDelay.pick(draws.unit(.receiptDelay))
        if draws.isOne(of: script.silent, .silent) {
            timing = .silent
        } else if draws.isOne(of: script.noReceipt, .noReceipt) {
            timing = .never(recordAfter: delay)
        } else if draws.isOne(of: script.receiptBeforeAnswer, .receiptBeforeAnswer) {
            timing = .beforeAnswer
        } else {
            timing = .after(delay)
        }
        form = draws.isOne(of: script.rawSpace, .rawSpace) ? .rawSpace : .body
        isDoubled = draws.isOne(of: script.duplicateReceipt, .duplicateReceipt)
        hasOlderReport = draws.isOne(of: script.reorderReceipt, .reorderReceipt)
    }

    /// How many receipts are sent.
    package var receiptCount: Int {
        switch timing {
        case .never, .silent: 0
        case .beforeAnswer, .after: 1 + (isDoubled ? 1 : 0) + (hasOlderReport ? 1 : 0)
        }
    }

    /// How long after the acceptance the message's fate is known to the provider; nil if it never is.
    var reportedAfter: Duration? {
        switch timing {
        case .beforeAnswer: .zero
        case .after(let delay), .never(recordAfter: let delay): delay
        case .silent: nil
        }
    }

    /// The names of what is out of the ordinary, as the accept log has them.
    package var behaviours: [String] {
        var names: [String] = []
        switch timing {
        case .silent: return ["silent"]
        case .never: return ["no-receipt"]
        case .beforeAnswer: names.append("receipt-before-answer")
        case .after: break
        }
        if isDoubled { names.append("duplicate-receipt") }
        if hasOlderReport { names.append("reorder-receipt") }
        if form == .rawSpace { names.append("raw-space") }
        return names
    }
}
