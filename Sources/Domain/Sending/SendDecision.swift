/// What to do with an attempt, and with its row in the queue, after an outcome.
package enum SendDecision: Hashable, Sendable {
    /// The attempt takes this state, and the row in the queue goes.
    case settle(AttemptState, counts: Bool)
    /// The attempt becomes `not_sent`, and the row in the queue is due again after this time.
    case again(counts: Bool, after: Duration)
}

/// Decides what follows from an outcome (DESIGN, section 5, "Attempts" and "Caps").
///
/// A wait that does not count is unbounded here: the caller checks the entry's validity, or `POSTROOM_MAX_WAIT`. The
/// caller also checks whether a `duplicate` proves an earlier attempt of the same cycle; here it proves nothing.
///
/// - Parameters:
///   - countedBefore: the attempts of this cycle before this one that counted.
///   - triesBefore: the attempts of this cycle before this one of any kind.
///   - jitter: evenly distributed in 0..<1, chosen anew for every call.
package func decide(
    _ outcome: SendOutcome, countedBefore: Int32, triesBefore: Int32, policy: RetryPolicy, jitter: Double
) -> SendDecision {
    switch outcome {
    case .accepted: return .settle(.accepted, counts: true)
    case .permanent: return .settle(.rejected, counts: true)
    case .unclear: return .settle(.unclear, counts: true)
    case .retry(let retryAfter):
        // This one counts too; written so that the greatest count does not overflow.
        guard countedBefore < Int32.max, policy.allowsRetry(afterCounted: countedBefore + 1) else {
            return .settle(.rejected, counts: true)
        }
        let delay = policy.delay(countedBefore: countedBefore, retryAfter: retryAfter, jitter: jitter)
        return .again(counts: true, after: delay)
    case .wait(let reason, let retryAfter):
        let delay = reason.delay(triesBefore: triesBefore, retryAfter: retryAfter, jitter: jitter)
        return .again(counts: false, after: delay)
    case .pause: return .again(counts: false, after: pauseDelay)
    case .duplicate:
        let delay = WaitReason.duplicateUnproven.delay(triesBefore: triesBefore, retryAfter: nil, jitter: jitter)
        return .again(counts: false, after: delay)
    }
}

/// Just long enough for the pause to be seen first: it is the provider that stops, not the row.
private let pauseDelay: Duration = .seconds(1)
