/// Rows that failed alone and are passed over for a while. Pure: time comes in.
package struct PassedOver<Key: Hashable & Sendable>: Sendable {
    /// How long one is passed over at most. 60 s.
    package static var span: Duration { .seconds(60) }
    /// The same at least. 5 s.
    static var spanMin: Duration { .seconds(5) }
    /// How many are remembered: the webhook worker's largest batch, half of a rescue's longest pass. The oldest make room,
    /// and are tried again sooner.
    static var countMax: Int { 5_000 }

    private struct Entry {
        let key: Key
        let since: ContinuousClock.Instant
        let until: ContinuousClock.Instant
    }
    /// In the order in which they were added last.
    private var entries: [Entry] = []

    /// None yet.
    package init() {}

    /// Those that are still to be passed over.
    package func current(now: ContinuousClock.Instant) -> [Key] {
        entries.filter { $0.until > now }.map(\.key)
    }

    /// Whether one failed for the first time before another row passed.
    package func hasFailed(_ key: Key, before passed: ContinuousClock.Instant?) -> Bool {
        guard let passed else { return false }
        return entries.contains { $0.key == key && $0.since < passed }
    }

    /// Passes these over from now on: each for as long as it has been failing, from ``spanMin`` to ``span``, or all for
    /// another time.
    ///
    /// So what failed because somebody held a table locked for seconds waits for seconds afterwards, and what fails for
    /// hours costs a try a minute.
    package mutating func add(_ keys: [Key], now: ContinuousClock.Instant, span: Duration? = nil) {
        let added = Set(keys)
        let before = Dictionary(
            entries.filter { added.contains($0.key) }.map { ($0.key, $0.since) }, uniquingKeysWith: min)
        entries.removeAll { added.contains($0.key) }
        entries += keys.map { key in
            let since = before[key] ?? now
            let given = span ?? min(max(since.duration(to: now), Self.spanMin), Self.span)
            return Entry(key: key, since: since, until: now.advanced(by: given))
        }
        entries.removeFirst(max(entries.count - Self.countMax, 0))
    }
}
