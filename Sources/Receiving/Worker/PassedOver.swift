/// Webhooks that failed alone and are left waiting for a while. Pure: time comes in.
struct PassedOver {
    /// How long one is passed over. 60 s.
    static let span = Duration.seconds(60)
    /// How many are remembered: the largest batch. The oldest make room.
    static let countMax = 5_000

    private var entries: [(seq: Int64, until: ContinuousClock.Instant)] = []

    /// Those that are still to be passed over.
    mutating func current(now: ContinuousClock.Instant) -> [Int64] {
        entries.removeAll { $0.until <= now }
        return entries.map(\.seq)
    }

    mutating func add(_ seqs: [Int64], now: ContinuousClock.Instant) {
        entries += seqs.map { ($0, now.advanced(by: Self.span)) }
        entries.removeFirst(max(entries.count - Self.countMax, 0))
    }
}
