import Domain
import Store

/// What becomes of a look-up after a look.
struct LookupDecision: Sendable, Equatable {
    /// When to look again; nil ends it.
    var dueAfter: Duration?
    /// The time for the outcome, or the receipt, is over.
    var deadlinePasses = false
    /// Another attempt is to be made, at the risk of a second SMS.
    var retries = false

    /// The first wait between two looks; it doubles with each.
    static let delayMin = Duration.seconds(30)
    /// The number of looks after which the deadline holds under policy `retry`, even where the provider never answered.
    static let unansweredMax: Int32 = 30
    /// The decision also waits until this long after the deadline, whatever the number of looks.
    static let unansweredTimeMax = Duration.seconds(240)
    /// The longest wait.
    static let delayMax = Duration.seconds(3_600)

    /// Decides.
    ///
    /// - Parameters:
    ///   - isAnswered: the provider was asked and said something, and the lists of its days were read.
    ///   - isFound: the provider has the message, so an unclear attempt becomes accepted and has a receipt's time.
    ///   - isReported: the provider also said what became of it.
    ///   - policy: at the deadline of an unclear attempt.
    ///   - retry: the account's caps.
    ///   - receiptDeadline: how long after its dispatch a receipt is waited for.
    init(
        _ lookup: LeasedLookup, isAnswered: Bool, isFound: Bool, isReported: Bool, policy: UnclearPolicy,
        retry: RetryPolicy,
        receiptDeadline: Duration
    ) {
        if isReported { return }
        let isUnclear = lookup.state == .unclear
        if lookup.timeLeft > .zero || (isFound && isUnclear) {
            let delay = min(Self.delayMin * (1 << Int(min(lookup.triesBefore, 10))), Self.delayMax)
            dueAfter = lookup.timeLeft > .zero ? min(delay, lookup.timeLeft) : delay
            return
        }
        let isOfOutcome = isUnclear && !lookup.hasReceipt && !lookup.isGivenUp
        let isLong = lookup.triesBefore >= Self.unansweredMax && lookup.timeLeft < .zero - Self.unansweredTimeMax
        if isOfOutcome, !isAnswered, policy == .retry, !isLong {
            // One answer might prevent a second SMS: ask once more.
            dueAfter = Self.delayMin
            return
        }
        deadlinePasses = true
        guard isOfOutcome else { return }
        retries = policy == .retry && retry.allowsRetry(afterCounted: lookup.counted)
        // A late receipt that says nothing would make the entry wait for a better one: that wait must end, too.
        if lookup.age < receiptDeadline { dueAfter = receiptDeadline - lookup.age }
    }
}
