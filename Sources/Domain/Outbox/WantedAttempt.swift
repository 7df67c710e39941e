/// Whether an attempt that is about to be made is still wanted, by everything else that is known of its entry: a late
/// receipt, or a late answer, may have come while it was queued.
///
/// It is as long as the entry, were the attempt only prepared, would wait for it; so to withdraw one that is not wanted
/// never leaves an entry waiting for what nobody makes. And never while the outcome of another of its cycle is waited
/// for, which no attempt is queued beside.
///
/// - Complexity: O(n), n the number of attempts and receipts.
public func isWanted(_ attempt: AttemptID, of evidence: EntryEvidence) -> Bool {
    var before = evidence
    for place in before.attempts.indices where before.attempts[place].id == attempt {
        before.attempts[place].state = .prepared
    }
    switch entryState(of: before).deliveryState {
    case .queued, .scheduled: break
    case .dispatched, .unclear, .accepted, .delivered, .undelivered, .rejected, .expired, .cancelled, .unconfirmed:
        return false
    }
    let cycle = before.attempts.first { $0.id == attempt }?.cycle
    return !before.attempts.contains { $0.cycle == cycle && WeighedAttempt($0).isOpen }
}
