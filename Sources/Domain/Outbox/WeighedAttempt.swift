/// An attempt with its receipts merged.
struct WeighedAttempt {
    let evidence: AttemptEvidence
    /// The receipt that stands.
    let receipt: ReceiptEvidence?

    init(_ evidence: AttemptEvidence) {
        self.evidence = evidence
        self.receipt = evidence.mergedReceipt
    }

    /// Order of hand-over; total, so that the latest is one whatever the order of the array.
    static func isEarlier(_ left: Self, _ right: Self) -> Bool {
        (left.evidence.cycle, left.evidence.number, left.evidence.id)
            < (right.evidence.cycle, right.evidence.number, right.evidence.id)
    }

    /// Whether the provider took it: by its answer, or because a receipt came.
    var wasTaken: Bool { evidence.state == .accepted || receipt != nil }

    /// Whether the provider took it and no receipt has called it undelivered.
    var isUnderWay: Bool { wasTaken && receipt?.rank != .failed }

    /// Whether the provider has it, or may have it.
    var mayBeWithProvider: Bool {
        switch evidence.state {
        case .dispatched, .accepted, .unclear: true
        case .prepared, .rejected, .notSent: receipt != nil
        }
    }

    /// When the provider took it: the time of acceptance, else the dispatch that a receipt proved.
    var takenAt: Timestamp? {
        guard wasTaken else { return nil }
        return evidence.state == .accepted ? evidence.settledAt ?? evidence.dispatchedAt : evidence.dispatchedAt
    }

    /// What the entry's state is if this attempt decides; rank 3 has been dealt with.
    func standing(in entry: EntryEvidence) -> Standing {
        if receipt?.rank == .failed { return Standing(.failed, .undelivered, undeliveredDetails(receipt)) }
        if wasTaken {
            guard entry.sendsReceipts else { return Standing(.sent, .accepted) }
            guard evidence.deadlinePassed else { return Standing(.pending, .accepted) }
            return Standing(.failed, .unconfirmed, unconfirmedDetails(receipt))
        }
        switch evidence.state {
        case .prepared, .notSent:
            return .waiting(entry)
        case .rejected:
            return Standing(.failed, .rejected, rejectedDetails(evidence.providerCode))
        case .dispatched where !evidence.deadlinePassed:
            return Standing(.pending, .dispatched)
        case .dispatched, .unclear, .accepted:
            return evidence.deadlinePassed ? Standing(.failed, .unclear, unclearDetails) : Standing(.pending, .unclear)
        }
    }
}

/// The part of an entry's state that one rule decides.
struct Standing {
    let status: EntryStatus
    let deliveryState: DeliveryState
    let errorDetails: String?

    init(_ status: EntryStatus, _ deliveryState: DeliveryState, _ errorDetails: String? = nil) {
        self.status = status
        self.deliveryState = deliveryState
        self.errorDetails = errorDetails
    }

    /// Nothing is with the provider, and something is still to be sent.
    static func waiting(_ entry: EntryEvidence) -> Standing {
        Standing(.pending, entry.scheduled && entry.scheduledAt != nil ? .scheduled : .queued)
    }
}
