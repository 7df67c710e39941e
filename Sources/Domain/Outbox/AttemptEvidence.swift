/// Everything that is known of one attempt and bears on its entry's state.
package struct AttemptEvidence: Sendable {
    /// The attempt's own id.
    package var id: AttemptID
    /// 0 for the send, 1 for the first resend, and so on.
    package var cycle: Int32
    /// 1, 2, … within the cycle.
    package var number: Int32
    /// What our call brought.
    package var state: AttemptState
    /// Whether it counts against the caps (DESIGN, section 5, "Attempts").
    package var counts: Bool
    /// Whether it is rejected because the provider failed and no retry was left, not because it refused the message.
    package var providerFailed: Bool
    /// The result code of the provider's answer.
    package var providerCode: String?
    /// When `dispatched` was committed.
    package var dispatchedAt: Timestamp?
    /// When the outcome became known; for accepted, the time of acceptance.
    package var settledAt: Timestamp?
    /// Whether the receipt's deadline passed with the question open; an attempt still unclear then is so for good.
    package var deadlinePassed: Bool
    /// Whether the deadline of an unclear attempt passed before its outcome was known. It comes long before the
    /// receipt's deadline, and says nothing about that: a message proved taken afterwards still has its time to be
    /// delivered.
    package var unclearDeadlinePassed: Bool
    /// Its matched receipts, in any order, copies allowed.
    package var receipts: [ReceiptEvidence]

    /// The evidence with these fields.
    package init(
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
    package var mergedReceipt: ReceiptEvidence? { receipts.max() }

    /// Keeps only the receipts that the entry's state is computed from, three at most: the one that stands and, of
    /// those that say delivered, the earliest by the provider's clock and the earliest to arrive.
    ///
    /// The state stays the same, whatever is added later, so any number of receipts can be read a part at a time.
    package mutating func keepDecidingReceipts() {
        let delivered = receipts.filter { $0.rank == .delivered }
        let earliest = delivered.filter { $0.reportedLocalTime != nil }.min { left, right in
            Order(left.reportedLocalTime, right.reportedLocalTime) == .before
        }
        let first = delivered.min { $0.receivedAt < $1.receivedAt }
        receipts = [mergedReceipt, earliest, first].compactMap(\.self)
    }
}
