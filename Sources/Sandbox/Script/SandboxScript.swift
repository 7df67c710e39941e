/// What the sandbox does wrong, and how often: shares of 0...1 and times. As made, it does nothing wrong.
///
/// Its text is a list such as `delay=50ms,drop=0.05,code:88=0.05`; ``names`` explains every name.
package struct SandboxScript: Hashable, Sendable {
    /// A fate and the share of the calls that have it.
    package struct WeightedFate: Hashable, Sendable {
        /// The fate.
        package let fate: CallFate
        /// 0...1.
        package let share: Double
    }

    /// How long after a call its answer comes.
    package var delay = DelayRange(.zero)
    /// How long after the acceptance the receipt comes.
    package var receiptDelay = DelayRange(.milliseconds(100))
    /// How late the answer of a call is that hangs.
    package var hangTime = Duration.seconds(60)
    /// The fates other than "accepted"; together at most 1.
    package internal(set) var fates: [WeightedFate] = []

    /// The share of accepted messages whose receipt comes before the call's answer.
    package var receiptBeforeAnswer = 0.0
    /// The share that never has a receipt; the record query knows the report all the same.
    package var noReceipt = 0.0
    /// The share that has neither receipt nor report in the record query.
    package var silent = 0.0
    /// The share whose receipt comes twice.
    package var duplicateReceipt = 0.0
    /// The share with two different receipts, of which the older one (12 UNKNOWN) comes last.
    package var reorderReceipt = 0.0
    /// The share whose receipt comes in the URL, with raw spaces, as NXTele's older accounts have it.
    package var rawSpace = 0.0
    /// The share that is not delivered (status 5 to 11).
    package var undelivered = 0.0
    /// The share whose only report is 12 UNKNOWN.
    package var unknown = 0.0

    /// Whether the same phone and content within 5 minutes of an acceptance is refused with code 26.
    package var dedupe = false
    /// Whether the caller's `sys_messageid` becomes the provider's message id, too.
    package var ownID = false
    /// Whether the record query of one message also finds it by the caller's `sys_messageid`. Where it does not, and
    /// ``ownID``, only the list of the day shows it.
    package var lookUpOwnID = true
    /// The most send calls in any second, beyond which code 28 is answered; 0 is no limit.
    package var callsPerSecondMax = 0
    /// Asking for a day's list sooner than this after the last time is refused with code 5; zero is no limit.
    package var listInterval = Duration.zero
    /// Asking for the newest balance sooner than this after the last time is refused with code 211; zero is no limit.
    package var balanceInterval = Duration.zero
    /// How long a `Retry-After` beside HTTP statuses asks to wait; nil sends none.
    package var retryAfter: Duration?
    /// How far the provider's clock is ahead of ours when it looks at a signed call's `ts`.
    package var clockAhead = Duration.zero
    /// How far the provider's local time is ahead of UTC.
    package var utcOffset = Duration.seconds(8 * 3_600)
    /// What the balance queries answer, in decimal.
    package var balance = "3788.32"
    /// What they answer as credit, in decimal; nil is what the documentation's sample of each form has.
    package var credit: String?

    /// A provider that does nothing wrong.
    package init() {}
}
