/// Everything that is known of one entry and bears on its state. It holds no present time: what time changes
/// (`scheduled`, `expired`, a deadline that passed) is itself evidence that somebody recorded.
public struct EntryEvidence: Sendable {
    /// When the user wants it sent; nil for at once.
    public var scheduledAt: Timestamp?
    /// Whether that time is still to come and nothing is due yet.
    public var scheduled: Bool
    /// Whether the user cancelled it before it was dispatched.
    public var cancelled: Bool
    /// Whether its validity of the current cycle passed before it was sent (a resend starts it anew).
    public var expired: Bool
    /// Whether its recipient was found to have opted out when it was about to be sent in the current cycle.
    public var suppressed: Bool
    /// The current cycle: 0, or how often the user had it sent again.
    public var cycle: Int32
    /// Whether its provider sends receipts; where it does not, acceptance is the last word.
    public var sendsReceipts: Bool
    /// Its attempts of all cycles, in any order.
    public var attempts: [AttemptEvidence]

    /// The evidence with these fields.
    public init(
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
