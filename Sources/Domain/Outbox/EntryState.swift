/// What an application is told about its SMS.
package enum EntryStatus: String, Sendable, CaseIterable {
    /// Delivered; or accepted, where the provider sends no receipts.
    case sent
    /// Undelivered, rejected, expired, cancelled, unconfirmed, or unclear past its deadline.
    case failed
    /// Anything else.
    case pending
}

/// Where an entry stands (DESIGN, section 5, "States").
package enum DeliveryState: String, Sendable, CaseIterable {
    /// Waits for the time the user chose.
    case scheduled
    /// Waits for a worker, or for another try.
    case queued
    /// Is being handed over.
    case dispatched
    /// Whether the provider took it is not known.
    case unclear
    /// The provider took it; no receipt has decided yet.
    case accepted
    /// A receipt says delivered.
    case delivered
    /// A receipt says not delivered.
    case undelivered
    /// The provider refused it; or its recipient had opted out, so that it was not sent.
    case rejected
    /// Its validity passed before it was sent.
    case expired
    /// The user cancelled it before it was sent.
    case cancelled
    /// Accepted, and no receipt or only UNKNOWN when the deadline passed.
    case unconfirmed
}

/// When an entry was delivered, and by whose clock.
package enum DeliveredAt: Hashable, Sendable {
    /// The provider's time, whose zone is the provider's setting.
    case provider(LocalTime)
    /// When the receipt came in, where no receipt has a readable time.
    case received(Timestamp)
}

/// What an entry's row shows, computed from its evidence.
package struct EntryState: Hashable, Sendable {
    /// What applications are told.
    package var status: EntryStatus
    /// Where it stands.
    package var deliveryState: DeliveryState
    /// The earliest delivery reported; nil unless delivered.
    package var deliveredAt: DeliveredAt?
    /// When the provider took it; see ``entryState(of:)``.
    package var sentAt: Timestamp?
    /// The latest hand-over, of any cycle; nil before the first.
    package var lastAttemptAt: Timestamp?
    /// Counted attempts of all cycles less one, at least 0.
    package var retryCount: Int32
    /// Why it failed, one or two sentences without phone numbers; nil unless failed.
    package var errorDetails: String?
    /// The cycles whose price is owed: those that the provider took, or whose outcome is still open.
    package var owedCycles: CycleSet

    /// The state with these fields.
    package init(
        status: EntryStatus, deliveryState: DeliveryState, deliveredAt: DeliveredAt? = nil, sentAt: Timestamp? = nil,
        lastAttemptAt: Timestamp? = nil, retryCount: Int32 = 0, errorDetails: String? = nil,
        owedCycles: CycleSet = []
    ) {
        self.status = status
        self.deliveryState = deliveryState
        self.deliveredAt = deliveredAt
        self.sentAt = sentAt
        self.lastAttemptAt = lastAttemptAt
        self.retryCount = retryCount
        self.errorDetails = errorDetails
        self.owedCycles = owedCycles
    }
}
