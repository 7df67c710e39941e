/// Everything that is known of one entry and bears on its state. It holds no present time: what time changes
/// (`scheduled`, `expired`, a deadline that passed) is itself evidence that somebody recorded.
package struct EntryEvidence: Sendable {
    /// When the user wants it sent; nil for at once.
    package var scheduledAt: Timestamp?
    /// Whether that time is still to come and nothing is due yet.
    package var scheduled: Bool
    /// Whether the user cancelled it before it was dispatched.
    package var cancelled: Bool
    /// Whether its validity of the current cycle passed before it was sent (a resend starts it anew).
    package var expired: Bool
    /// Whether its recipient was found to have opted out when it was about to be sent in the current cycle.
    package var suppressed: Bool
    /// The current cycle: 0, or how often the user had it sent again.
    package var cycle: Int32
    /// Whether its provider sends receipts; where it does not, acceptance is the last word.
    package var sendsReceipts: Bool
    /// Its attempts of all cycles, in any order.
    package var attempts: [AttemptEvidence]

    /// The evidence with these fields.
    package init(
        scheduledAt: Timestamp? = nil, scheduled: Bool = false, cancelled: Bool = false, expired: Bool = false,
        suppressed: Bool = false, cycle: Int32 = 0, sendsReceipts: Bool = true, attempts: [AttemptEvidence] = []
    ) {
        self.scheduledAt = scheduledAt
        self.scheduled = scheduled
        self.cancelled = cancelled
        self.expired = expired
        self.suppressed = suppressed
        self.cycle = cycle
        self.sendsReceipts = sendsReceipts
        self.attempts = attempts
    }
}
