/// Decides which unknown keys are looked up together and when, and keeps the callers that wait for them. Bounded; the
/// time comes in as a parameter, and a waiter is whatever is to be answered.
///
/// A key is looked up at once while few look-ups are under way; keys that arrive meanwhile form the next one, in order
/// of arrival. So a flood of guesses delays a good key by the few look-ups that the keys before it fill, and no longer.
///
/// Every caller is answered within the time-out, however long look-ups take. A look-up ends when the time-out of its
/// first waiter is over, and starts with at least half a time-out left: whoever has waited longer is refused instead.
struct KeyLookUps<Waiter: Sendable> {
    /// Keys that are looked up by one statement, and who waits for it.
    struct LookUp: Sendable {
        fileprivate let id: Int
        /// From then on what it finds is held.
        let begunAt: ContinuousClock.Instant
        /// When it is given up.
        let until: ContinuousClock.Instant
        fileprivate(set) var waiters: [[UInt8]: [Waiter]] = [:]

        /// The keys.
        var hashes: [[UInt8]] { Array(waiters.keys) }
    }

    /// What is to be done next.
    struct Step: Sendable {
        /// Those whose wait is over.
        var answers: [(waiter: Waiter, answer: APIKeys.Caller)] = []
        /// To be done now, and to be told of when it has ended.
        var lookUp: LookUp?
    }

    private struct Waiting {
        let hash: [UInt8]
        let waiter: Waiter
        let since: ContinuousClock.Instant
    }

    /// How long one waits at most.
    let timeout: Duration
    /// Look-ups at a time: with a second one a connection that hangs does not hold up everybody.
    let lookUpsMax: Int
    /// Keys in one look-up at most.
    let keysMax: Int
    /// How many wait at most, those included whose key is being looked up; more are refused at once.
    let waitersMax: Int
    /// What look-ups have brought.
    var cache: KeyCache
    /// How many wait.
    private(set) var waiterCount = 0
    /// Those whose key is in no look-up yet, in the order they came; none while one more may begin.
    private var waiting: [Waiting] = []
    private var underWay: [Int: LookUp] = [:]
    private var nextID = 0

    /// The defaults have room for one caller on each of the connections that there may be.
    init(
        timeout: Duration, cache: KeyCache, lookUpsMax: Int = 2, keysMax: Int = KeyCache.refreshKeysMax,
        waitersMax: Int = 5_000
    ) {
        self.timeout = timeout
        self.cache = cache
        self.lookUpsMax = lookUpsMax
        self.keysMax = keysMax
        self.waitersMax = waitersMax
    }

    /// Adds a caller that waits for what is found out about a key.
    mutating func add(_ waiter: Waiter, for hash: [UInt8], at now: ContinuousClock.Instant) -> Step {
        guard waiterCount < waitersMax else { return Step(answers: [(waiter, .unavailable)]) }
        waiterCount += 1
        // What a look-up finds holds from its start: one that began too long ago cannot be shared.
        let shared = underWay.first {
            $0.value.waiters[hash] != nil && $0.value.begunAt.duration(to: now) < cache.holdTime
        }
        if let shared {
            underWay[shared.key]?.waiters[hash]?.append(waiter)
            return Step()
        }
        waiting.append(Waiting(hash: hash, waiter: waiter, since: now))
        return begin(at: now)
    }

    /// Ends a look-up.
    ///
    /// - Parameter found: the good ones of its keys; nil: it failed.
    mutating func end(_ lookUp: LookUp, found: [[UInt8]: Principal]?, at now: ContinuousClock.Instant) -> Step {
        // With those who came while it was under way.
        let ended = underWay.removeValue(forKey: lookUp.id)?.waiters ?? [:]
        if let found { cache.keep(found, for: lookUp.hashes, at: lookUp.begunAt) }
        var step = begin(at: now)
        for (hash, waiters) in ended {
            let answer = found.map { APIKeys.Caller($0[hash]) } ?? .unavailable
            for waiter in waiters { step.answers.append((waiter, answer)) }
            waiterCount -= waiters.count
        }
        return step
    }

    private mutating func begin(at now: ContinuousClock.Instant) -> Step {
        guard underWay.count < lookUpsMax else { return Step() }
        let late = waiting.prefix { $0.since.duration(to: now) > timeout / 2 }
        waiting.removeFirst(late.count)
        waiterCount -= late.count
        var step = Step(answers: late.map { ($0.waiter, .unavailable) })
        guard let first = waiting.first else { return step }
        var lookUp = LookUp(id: nextID, begunAt: now, until: first.since + timeout)
        var others: [Waiting] = []
        for one in waiting {
            if lookUp.waiters[one.hash] != nil || lookUp.waiters.count < keysMax {
                lookUp.waiters[one.hash, default: []].append(one.waiter)
            } else {
                others.append(one)
            }
        }
        waiting = others
        underWay[nextID] = lookUp
        nextID += 1
        step.lookUp = lookUp
        return step
    }
}
