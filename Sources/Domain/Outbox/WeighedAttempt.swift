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

    /// Whether its outcome is not known and somebody still waits for it.
    var isOpen: Bool {
        guard !wasTaken, evidence.state == .dispatched || evidence.state == .unclear else { return false }
        return !isGivenUp
    }

    /// Whether it neither was handed over, nor may have been, nor was refused: then it leaves the decision to another
    /// attempt.
    var broughtNothing: Bool {
        !mayBeWithProvider && evidence.state != .rejected
    }

    /// Whether the wait for an unknown outcome is over. The receipt's deadline ends it too, should it come first.
    private var isGivenUp: Bool { evidence.unclearDeadlinePassed || evidence.deadlinePassed }

    /// Whether no better receipt is waited for. Nobody asks again about an attempt that we had recorded as not taken,
    /// so a receipt that only proves it was taken is the last word until another comes.
    private var isReceiptOverdue: Bool {
        switch evidence.state {
        case .prepared, .rejected, .notSent: true
        case .dispatched, .accepted, .unclear: evidence.deadlinePassed
        }
    }

    /// When the provider took it: the time of acceptance, else the dispatch that a receipt proved.
    var takenAt: Timestamp? {
        guard wasTaken else { return nil }
        return evidence.state == .accepted ? evidence.settledAt ?? evidence.dispatchedAt : evidence.dispatchedAt
    }

    /// The entry's state if this attempt decides; rank 3 has been dealt with.
    func standing(in entry: EntryEvidence) -> Standing {
        if receipt?.rank == .failed { return Standing(.failed, .undelivered, undeliveredDetails(receipt)) }
        if wasTaken {
            guard entry.sendsReceipts else { return Standing(.sent, .accepted) }
            guard isReceiptOverdue else { return Standing(.pending, .accepted) }
            return Standing(.failed, .unconfirmed, unconfirmedDetails(receipt))
        }
        switch evidence.state {
        case .notSent where evidence.unclearDeadlinePassed:
            return Standing(.failed, .rejected, notTakenDetails(evidence.providerCode))
        case .prepared, .notSent:
            return .waiting(entry)
        case .rejected:
            return Standing(.failed, .rejected, rejectedDetails(evidence.providerCode, failed: evidence.providerFailed))
        case .dispatched, .unclear, .accepted:
            if isGivenUp { return Standing(.failed, .unclear, unclearDetails) }
            return Standing(.pending, evidence.state == .dispatched ? .dispatched : .unclear)
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
