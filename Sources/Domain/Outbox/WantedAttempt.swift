/// Whether an attempt that is about to be made is still wanted, by everything else that is known of its entry: a late
/// receipt, or a late answer, may have come while it was queued.
///
/// It is wanted as long as the entry would wait for it if it were only prepared; so withdrawing an unwanted attempt
/// never leaves an entry waiting for something that nobody makes. It is never wanted while the outcome of another
/// attempt of its cycle is waited for, beside which no attempt is queued.
///
/// - Complexity: O(n), n the number of attempts and receipts.
package func isWanted(_ attempt: AttemptID, of evidence: EntryEvidence) -> Bool {
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
