import Domain

/// Whether an attempt is still wanted, by everything else that is known of its entry.
///
/// It is not where another attempt was delivered, or one of this cycle is with the provider, was taken, or was refused
/// for good: a late receipt, or a late answer, came while this one was queued.
func isStillWanted(_ attempt: AttemptID, of evidence: EntryEvidence) -> Bool {
    var others = evidence
    others.attempts.removeAll { $0.id == attempt }
    let state = entryState(of: others)
    return switch state.deliveryState {
    case .queued, .scheduled: true
    // Given up at its deadline: this attempt is the policy's answer.
    case .unclear: state.status == .failed
    case .dispatched, .accepted, .delivered, .undelivered, .rejected, .expired, .cancelled, .unconfirmed: false
    }
}
