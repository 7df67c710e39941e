/// What was found out about keys, kept for a short while: good and bad keys apart, so that a flood of guesses drives
/// out no good key. Bounded; the time comes in as a parameter.
struct KeyCache {
    /// What is known of a key.
    enum Finding: Equatable {
        /// Nothing, or not any more: it is to be looked up (``KeyLookUps``).
        case unknown
        /// It is good.
        case good(Principal)
        /// It is good, and its caller is told to refresh the keys with these hashes, which have got old. Only one
        /// caller refreshes a key, so that the callers of a busy key never all wait for the same look-up; and it
        /// refreshes many keys at once, so that a thousand keys in use do not cost a thousand look-ups every other
        /// second.
        case refresh(Principal, [[UInt8]])
        /// There is no such key, or it was revoked.
        case bad
    }

    private struct Good {
        let principal: Principal
        var foundAt: ContinuousClock.Instant
        var refreshingSince: ContinuousClock.Instant?
    }

    /// How long a key that has got old waits for others to be looked up with it.
    static let refreshDelay = Duration.milliseconds(100)
    /// Keys that are looked up together at most.
    static let refreshKeysMax = 256

    /// How long a finding holds: a revoked key works no longer than this.
    let holdTime: Duration
    /// Good keys, and bad ones, at most.
    let keysMax: Int
    private var good: [[UInt8]: Good] = [:]
    private var bad: [[UInt8]: ContinuousClock.Instant] = [:]
    /// Those that have got old and wait to be looked up anew, and since when the first of them does.
    private var old: (hashes: [[UInt8]], since: ContinuousClock.Instant?) = ([], nil)

    init(holdTime: Duration, keysMax: Int) {
        self.holdTime = holdTime
        self.keysMax = keysMax
    }

    /// How old a finding gets before it is looked up anew while it still holds.
    private var freshTime: Duration { holdTime / 2 }

    mutating func find(_ hash: [UInt8], at now: ContinuousClock.Instant) -> Finding {
        if let known = good[hash] {
            let age = known.foundAt.duration(to: now)
            if age >= holdTime { return .unknown }
            if age >= freshTime {
                // The caller that started the refresh may have failed: let the next one retry.
                let isTaken = known.refreshingSince.map { $0.duration(to: now) < freshTime / 2 } ?? false
                if !isTaken {
                    good[hash]?.refreshingSince = now
                    old.hashes.append(hash)
                    old.since = old.since ?? now
                }
            }
            guard let since = old.since,
                old.hashes.count >= Self.refreshKeysMax || since.duration(to: now) >= Self.refreshDelay
            else { return .good(known.principal) }
            defer { old = ([], nil) }
            return .refresh(known.principal, old.hashes)
        }
        if let foundAt = bad[hash], foundAt.duration(to: now) < holdTime { return .bad }
        return .unknown
    }

    /// Keeps what a look-up of these keys brought, good ones and, by their absence, bad ones.
    mutating func keep(
        _ found: [[UInt8]: Principal], for hashes: [[UInt8]], at now: ContinuousClock.Instant
    ) {
        for hash in hashes { keep(found[hash], for: hash, at: now) }
    }

    /// Keeps what a look-up brought. `now` is when it began: what was true then may have ended since.
    mutating func keep(_ principal: Principal?, for hash: [UInt8], at now: ContinuousClock.Instant) {
        if let principal {
            bad[hash] = nil
            if good.count >= keysMax, good[hash] == nil {
                good = good.filter { $0.value.foundAt.duration(to: now) < holdTime }
                if good.count >= keysMax { good.removeAll(keepingCapacity: true) }
            }
            good[hash] = Good(principal: principal, foundAt: now, refreshingSince: nil)
        } else {
            good[hash] = nil
            if bad.count >= keysMax, bad[hash] == nil { bad.removeAll(keepingCapacity: true) }
            bad[hash] = now
        }
    }

    var count: Int { good.count + bad.count }
}
