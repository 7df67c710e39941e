/// How often, and how far apart, a failed call is retried automatically.
package struct RetryPolicy: Hashable, Sendable {
    /// How many counted attempts may follow the first of a cycle; 0 for none.
    package let maxAutomaticRetries: Int32
    /// The longest wait before the first retry; it doubles with every further one.
    package let base: Duration
    /// The longest wait before any retry, even where the provider asks for more.
    package let cap: Duration

    /// What ``maxAutomaticRetries`` may be.
    package static let automaticRetries: ClosedRange<Int32> = 0...100
    /// What ``base`` and ``cap`` may be.
    package static let delays: ClosedRange<Duration> = .zero ... .seconds(30 * 86_400)

    /// The policy with these values, each brought into its range.
    package init(maxAutomaticRetries: Int32, base: Duration, cap: Duration) {
        let (retries, delays) = (Self.automaticRetries, Self.delays)
        self.maxAutomaticRetries = min(max(maxAutomaticRetries, retries.lowerBound), retries.upperBound)
        self.base = min(max(base, delays.lowerBound), delays.upperBound)
        self.cap = min(max(cap, delays.lowerBound), delays.upperBound)
    }

    /// Whether another attempt may follow this many counted ones of the cycle.
    ///
    /// For every automatic attempt: after a failure, and after an unclear one that the account's policy tries again.
    package func allowsRetry(afterCounted counted: Int32) -> Bool {
        counted <= maxAutomaticRetries
    }

    /// How long to wait before the retry: full jitter below a bound that doubles, and at least what the provider asked
    /// for, but never more than ``cap``.
    func delay(countedBefore: Int32, retryAfter: Duration?, jitter: Double) -> Duration {
        let longest = doubled(base, times: countedBefore, upTo: cap)
        return max(share(longest, jitter), min(retryAfter ?? .zero, cap))
    }
}
