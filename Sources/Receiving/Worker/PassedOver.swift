/// Webhooks that failed alone and are left waiting for a while. Pure: time comes in.
struct PassedOver {
    /// How long one is passed over. 60 s.
    static let span = Duration.seconds(60)
    /// How many are remembered: the largest batch. The oldest make room.
    static let countMax = 5_000

    private struct Entry {
        let seq: Int64
        let since: ContinuousClock.Instant
        let until: ContinuousClock.Instant
    }
    /// In the order in which they were added last.
    private var entries: [Entry] = []

    /// Those that are still to be passed over.
    func current(now: ContinuousClock.Instant) -> [Int64] {
        entries.filter { $0.until > now }.map(\.seq)
    }

    /// Whether one failed for the first time before another webhook passed.
    func hasFailed(_ seq: Int64, before passed: ContinuousClock.Instant?) -> Bool {
        guard let passed else { return false }
        return entries.contains { $0.seq == seq && $0.since < passed }
    }

    /// Passes these over from now on.
    mutating func add(_ seqs: [Int64], now: ContinuousClock.Instant) {
        let added = Set(seqs)
        let before = Dictionary(
            entries.filter { added.contains($0.seq) }.map { ($0.seq, $0.since) }, uniquingKeysWith: min)
        entries.removeAll { added.contains($0.seq) }
        entries += seqs.map { Entry(seq: $0, since: before[$0] ?? now, until: now.advanced(by: Self.span)) }
        entries.removeFirst(max(entries.count - Self.countMax, 0))
    }
}
