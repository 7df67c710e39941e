import Domain
import Providers
import Store

/// What is to be recorded about an attempt: what the provider showed of it, and how its look-up ends where this process
/// holds that.
struct LookupResult: Sendable {
    /// The attempt.
    let attempt: SoughtAttempt
    /// That the provider took it, where that was not known.
    private(set) var outcome: AttemptOutcome?
    /// What became of it, where the provider knows.
    private(set) var receipt: ReceiptRecord?
    /// How the look-up ends; nil where it is another's, or nobody's now.
    var end: (lookup: LeasedLookup, decision: LookupDecision)?

    /// The result for an attempt that the provider shows, or does not show.
    init(_ attempt: SoughtAttempt, _ record: ProviderRecord?, provider: String, now: Timestamp) {
        self.attempt = attempt
        guard let record else { return }
        if attempt.state == .unclear {
            let isOurs = record.messageID == attempt.attemptID.description
            outcome = AttemptOutcome(
                attemptID: attempt.attemptID, state: .accepted, counts: true,
                providerMessageID: isOurs ? nil : record.messageID)
        }
        if let report = record.report {
            receipt = ReceiptRecord(
                receipt: report.receipt, key: report.key, contentHash: report.contentHash, provider: provider,
                origin: ReceiptOrigin(account: attempt.account, webhookID: nil, receivedAt: now),
                match: ReceiptMatch(attemptID: attempt.attemptID, entryID: attempt.entryID))
        }
    }

    /// Whether the provider showed something that is evidence.
    var hasEvidence: Bool { outcome != nil || receipt != nil }

    /// The settlement of the look-up; nil where it is not ours to settle.
    var settlement: LookupSettlement? {
        guard let (lookup, decision) = end else { return nil }
        // An attempt that was given up still waits for a receipt: from now on its deadline is the receipt's.
        let timeLeft = decision.deadlinePasses ? decision.dueAfter ?? lookup.timeLeft : lookup.timeLeft
        return LookupSettlement(
            attemptID: attempt.attemptID, fence: lookup.fence, dueAfter: decision.dueAfter, timeLeft: timeLeft)
    }

    /// The deadline that passes with it; nil where none does.
    var passedDeadline: PassedDeadline? {
        guard let (lookup, decision) = end, decision.deadlinePasses else { return nil }
        let isOfOutcome = lookup.state == .unclear && !lookup.hasReceipt && !lookup.isGivenUp
        return PassedDeadline(
            id: attempt.attemptID, state: lookup.state, isOfOutcome: isOfOutcome,
            isOfReceipt: !isOfOutcome || decision.dueAfter == nil)
    }
}
