import Domain

/// When a notification that could not be delivered is tried again.
///
/// Source: Standard Webhooks 1.0.0, "Deliverability and reliability", the schedule given there.
enum DeliverySchedule {
    /// The delay before each try, counted from the end of the one before it.
    static let delays: [Duration] = [
        .zero, .seconds(5), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3_600), .seconds(5 * 3_600),
        .seconds(10 * 3_600), .seconds(14 * 3_600), .seconds(20 * 3_600), .seconds(24 * 3_600),
    ]
    /// How many tries there are.
    static var triesMax: Int32 { Int32(delays.count) }
    /// How much a delay varies, as a fraction of it: 0.2 is from 90 to 110 %. What failed together is not to come
    /// together again.
    static let spread = 0.2
    /// The longest wait that a receiver may ask for.
    static let retryAfterMax = Duration.seconds(24 * 3_600)

    /// How long to wait after a try that failed; nil where it was the last.
    ///
    /// - Parameters:
    ///   - triesBefore: how many there were before it.
    ///   - retryAfter: what the receiver asked for: honoured up to ``retryAfterMax``, and never earlier than the
    ///     schedule.
    ///   - jitter: from 0 up to but not including 1.
    static func delay(afterTriesBefore triesBefore: Int32, retryAfter: Duration?, jitter: Double) -> Duration? {
        let next = Int(max(0, triesBefore)) + 1
        guard next < delays.count else { return nil }
        let varied = delays[next] * (1 + (min(max(jitter, 0), 1) - 0.5) * spread)
        return max(varied, min(retryAfter ?? .zero, retryAfterMax))
    }
}
