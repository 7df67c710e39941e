/// The state of an entry, from all its evidence and nothing else (DESIGN, section 5, "States").
///
/// A pure function of the *set* of evidence: the order of attempts and receipts, and copies among the receipts, change
/// nothing. The first rule that fits decides:
///
/// 1. An attempt of any cycle with a receipt of rank 3: delivered.
/// 2. Cancelled or expired, while no attempt of the current cycle can be with the provider: both say that nothing was
///    sent, and must not hide one that was.
/// 3. The deciding attempt of the current cycle (see `decidingAttempt`); an older cycle no longer decides.
/// 4. No attempt in the current cycle: scheduled, or queued.
///
/// A receipt of whatever rank proves that the provider took the attempt, whatever we noted ourselves.
///
/// `sentAt` is the earliest time of acceptance, or of dispatch where only a receipt proves acceptance, among the
/// delivered attempts; if none is delivered, among the current cycle's attempts that the provider took.
///
/// - Complexity: O(n), n the number of attempts and receipts.
public func entryState(of evidence: EntryEvidence) -> EntryState {
    let attempts = evidence.attempts.map(WeighedAttempt.init)
    let delivered = attempts.filter { $0.receipt?.rank == .delivered }
    let cycle = attempts.reduce(evidence.cycle) { max($0, $1.evidence.cycle) }
    let current = attempts.filter { $0.evidence.cycle == cycle }

    let standing: Standing
    if !delivered.isEmpty {
        standing = Standing(.sent, .delivered)
    } else if evidence.cancelled, !current.contains(where: \.mayBeWithProvider) {
        standing = Standing(.failed, .cancelled, "The message was cancelled before it was sent.")
    } else if evidence.expired, !current.contains(where: \.mayBeWithProvider) {
        standing = Standing(.failed, .expired, "The message was not sent while it was valid.")
    } else if let attempt = decidingAttempt(of: current) {
        standing = attempt.standing(in: evidence)
    } else {
        standing = .waiting(evidence)
    }

    return EntryState(
        status: standing.status, deliveryState: standing.deliveryState,
        deliveredAt: earliestDelivery(delivered),
        sentAt: (delivered.isEmpty ? current : delivered).compactMap(\.takenAt).min(),
        lastAttemptAt: attempts.compactMap(\.evidence.dispatchedAt).max(),
        retryCount: retryCount(attempts),
        errorDetails: standing.errorDetails)
}

/// The attempt of a cycle that decides: the latest.
///
/// Except that a latest attempt that brought nothing (not sent, rejected) gives way to an earlier one that the
/// provider took and no receipt calls undelivered: that message is under way. So it is when a second try, refused as a
/// duplicate, proves that the unclear first one was taken.
private func decidingAttempt(of cycle: [WeighedAttempt]) -> WeighedAttempt? {
    guard let latest = cycle.max(by: WeighedAttempt.isEarlier) else { return nil }
    guard !latest.mayBeWithProvider, latest.evidence.state != .prepared else { return latest }
    return cycle.filter(\.isUnderWay).max(by: WeighedAttempt.isEarlier) ?? latest
}

/// The earliest readable time among the delivering receipts; if none can be read, the earliest arrival.
private func earliestDelivery(_ delivered: [WeighedAttempt]) -> DeliveredAt? {
    let receipts = delivered.flatMap(\.evidence.receipts).filter { $0.rank == .delivered }
    if let time = receipts.compactMap(\.reportedLocalTime).min() { return .provider(time) }
    return receipts.map(\.receivedAt).min().map(DeliveredAt.received)
}

/// Counted attempts less one, at least 0. One that was only prepared has not been made yet.
private func retryCount(_ attempts: [WeighedAttempt]) -> Int32 {
    let counted = attempts.filter { $0.evidence.counts && ($0.evidence.state != .prepared || $0.receipt != nil) }
    return Int32(clamping: max(0, Set(counted.map(\.evidence.id)).count - 1))
}
