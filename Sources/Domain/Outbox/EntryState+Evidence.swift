/// The state of an entry, from all its evidence and nothing else (DESIGN, section 5, "States").
///
/// A pure function of the *set* of evidence: the order of attempts and receipts, and copies among the receipts, change
/// nothing. The first rule that fits decides:
///
/// 1. An attempt of any cycle with a receipt of rank 3: delivered.
/// 2. Cancelled, expired or suppressed, while no attempt of the current cycle can be with the provider: all three say
///    that nothing was sent, and must not hide one that was.
/// 3. The deciding attempt of the current cycle (see `decidingAttempt`); an older cycle no longer decides.
/// 4. No attempt in the current cycle: scheduled, or queued.
///
/// A receipt of whatever rank proves that the provider took the attempt, whatever we noted ourselves.
///
/// `sentAt` is the earliest time of acceptance, or of dispatch where only a receipt proves acceptance, among the
/// delivered attempts; if none is delivered, among the current cycle's attempts that the provider took.
///
/// `owedCycles` are those with evidence of acceptance, and those still open: the current one while the entry is
/// pending, and any with an attempt whose outcome is waited for, even if another attempt delivered the entry. A cycle
/// once known to be taken stays owed, whatever comes.
///
/// - Complexity: O(n), n the number of attempts and receipts.
package func entryState(of evidence: EntryEvidence) -> EntryState {
    let attempts = evidence.attempts.map(WeighedAttempt.init)
    let delivered = attempts.filter { $0.receipt?.rank == .delivered }
    let cycle = attempts.reduce(evidence.cycle) { max($0, $1.evidence.cycle) }
    let current = attempts.filter { $0.evidence.cycle == cycle }

    // What was not sent is the last cycle's: the message may have been, in an earlier one.
    let sending = cycle == 0 ? "message" : "resend"
    let standing: Standing
    if !delivered.isEmpty {
        standing = Standing(.sent, .delivered)
    } else if evidence.cancelled, !current.contains(where: \.mayBeWithProvider) {
        standing = Standing(.failed, .cancelled, "The \(sending) was cancelled before it was sent.")
    } else if evidence.expired, !current.contains(where: \.mayBeWithProvider) {
        standing = Standing(.failed, .expired, "The \(sending) was not sent while it was valid.")
    } else if evidence.suppressed, !current.contains(where: \.mayBeWithProvider) {
        standing = Standing(.failed, .rejected, suppressedDetails(sending))
    } else if let attempt = decidingAttempt(of: current, in: evidence) {
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
        errorDetails: standing.errorDetails,
        owedCycles: owedCycles(attempts, current: standing.status == .pending ? CycleSet(cycle: cycle) : []))
}

/// The attempt of a cycle that decides: the latest, while it is with the provider and its question is open. Else:
///
/// - An earlier one that the provider took and no receipt calls undelivered: that message is under way. So it is when a
///   second try, refused as a duplicate, proves that the first one was taken.
/// - The latest. If it is one that only waits to be sent (prepared, not sent), then only while more may be sent; after
///   that, the latest that brought anything. More is sent until one of the cycle is known to be taken or refused for
///   good (a failing receipt never starts a retry), or the user cancelled, or its validity passed, or the recipient has
///   opted out. Otherwise an entry whose retry was withdrawn would look queued for ever.
private func decidingAttempt(of cycle: [WeighedAttempt], in entry: EntryEvidence) -> WeighedAttempt? {
    guard let latest = cycle.max(by: WeighedAttempt.isEarlier) else { return nil }
    if latest.mayBeWithProvider, latest.standing(in: entry).status == .pending { return latest }

    let underWay = cycle.filter(\.isUnderWay)
    let inTime = underWay.filter { $0.standing(in: entry).status != .failed }
    if let attempt = (inTime.isEmpty ? underWay : inTime).max(by: WeighedAttempt.isEarlier) { return attempt }

    let hasEnded =
        entry.cancelled || entry.expired || entry.suppressed
        || cycle.contains { $0.wasTaken || $0.evidence.state == .rejected }
    guard latest.broughtNothing, hasEnded else { return latest }
    return cycle.filter { !$0.broughtNothing }.max(by: WeighedAttempt.isEarlier) ?? latest
}

/// The cycles that the provider took, or that have an outcome still open; and the current one while it is open.
private func owedCycles(_ attempts: [WeighedAttempt], current: CycleSet) -> CycleSet {
    attempts.filter { $0.wasTaken || $0.isOpen }.reduce(into: current) { $0.insert(CycleSet(cycle: $1.evidence.cycle)) }
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
