/// Everything that is known of one attempt and bears on its entry's state.
public struct AttemptEvidence: Sendable {
    /// The attempt's own id.
    public var id: AttemptID
    /// 0 for the send, 1 for the first resend, and so on.
    public var cycle: Int32
    /// 1, 2, … within the cycle.
    public var number: Int32
    /// What our call brought.
    public var state: AttemptState
    /// Whether it counts against the caps (DESIGN, section 5, "Attempts").
    public var counts: Bool
    /// Whether it is rejected because the provider failed and no retry was left, not because it refused the message.
    public var providerFailed: Bool
    /// The result code of the provider's answer.
    public var providerCode: String?
    /// When `dispatched` was committed.
    public var dispatchedAt: Timestamp?
    /// When the outcome became known; for accepted, the time of acceptance.
    public var settledAt: Timestamp?
    /// Whether the receipt's deadline passed with the question open; an attempt still unclear then is so for good.
    public var deadlinePassed: Bool
    /// Whether the deadline of an unclear attempt passed before its outcome was known. It comes long before the
    /// receipt's deadline, and says nothing about that: a message proved taken afterwards still has its time to be
    /// delivered.
    public var unclearDeadlinePassed: Bool
    /// Its matched receipts, in any order, copies allowed.
    public var receipts: [ReceiptEvidence]

    /// The evidence with these fields.
    public init(
        id: AttemptID, cycle: Int32, number: Int32, state: AttemptState, counts: Bool = true,
        providerFailed: Bool = false, providerCode: String? = nil, dispatchedAt: Timestamp? = nil,
        settledAt: Timestamp? = nil, deadlinePassed: Bool = false, unclearDeadlinePassed: Bool = false,
        receipts: [ReceiptEvidence] = []
    ) {
        self.id = id
        self.cycle = cycle
        self.number = number
        self.state = state
        self.counts = counts
        self.providerFailed = providerFailed
        self.providerCode = providerCode
        self.dispatchedAt = dispatchedAt
        self.settledAt = settledAt
        self.deadlinePassed = deadlinePassed
        self.unclearDeadlinePassed = unclearDeadlinePassed
        self.receipts = receipts
    }

    /// The receipt that stands; nil without any.
    public var mergedReceipt: ReceiptEvidence? { receipts.max() }

    /// Keeps only the receipts that the entry's state is computed from, three at most: the one that stands and, of
    /// those that say delivered, the earliest by the provider's clock and the earliest to arrive.
    ///
    /// The state stays the same, whatever is added later, so any number of receipts can be read a part at a time.
    public mutating func keepDecidingReceipts() {
        let delivered = receipts.filter { $0.rank == .delivered }
        let earliest = delivered.filter { $0.reportedLocalTime != nil }.min { left, right in
            Order(left.reportedLocalTime, right.reportedLocalTime) == .before
        }
        let first = delivered.min { $0.receivedAt < $1.receivedAt }
        receipts = [mergedReceipt, earliest, first].compactMap(\.self)
    }
}
