import Domain
import Testing

struct DecideTests {
    private static let policy = RetryPolicy(maxAutomaticRetries: 3, base: .seconds(2), cap: .seconds(60))

    @Test(
        arguments: [
            (.accepted(providerMessageID: "x"), .accepted), (.accepted(providerMessageID: nil), .accepted),
            (.permanent, .rejected), (.unclear, .unclear),
        ] as [(SendOutcome, AttemptState)])
    func `what is known for good, or not known, settles the attempt and counts`(
        outcome: SendOutcome, state: AttemptState
    ) {
        for before in [0, 1, 3, 4, Int32.max] {
            let decision = decide(outcome, countedBefore: before, triesBefore: before, policy: Self.policy, jitter: 0.5)
            #expect(decision == .settle(state, counts: true))
        }
    }

    @Test(
        arguments: [
            (0, 0, nil, 0), (0, 0.5, nil, 1), (1, 0.5, nil, 2), (2, 0.5, nil, 4), (2, 0.25, nil, 2),
            (0, 0, 7, 7), (0, 0.5, 7, 7), (2, 0.75, 5, 6), (0, 0.5, 60, 60), (0, 0.5, 61, 60), (0, 0.5, 86_400, 60),
            (0, 0.5, -7, 1), (0, 0.5, 0, 1),
        ] as [(Int32, Double, Int64?, Int64)])
    func `a retry waits with full jitter, and as long as asked, up to the cap`(
        counted: Int32, jitter: Double, retryAfterSeconds: Int64?, seconds: Int64
    ) {
        let outcome = SendOutcome.retry(retryAfter: retryAfterSeconds.map { .seconds($0) })
        let decision = decide(outcome, countedBefore: counted, triesBefore: 50, policy: Self.policy, jitter: jitter)
        #expect(decision == .again(counts: true, after: .seconds(seconds)))
    }

    @Test func `retries end after the first attempt and as many as the policy allows`() {
        for most in [0, 1, 3, 7, 100] as [Int32] {
            let policy = RetryPolicy(maxAutomaticRetries: most, base: .seconds(1), cap: .seconds(9))
            var counted: Int32 = 0
            while case .again(counts: true, after: _) = decide(
                .retry(retryAfter: nil), countedBefore: counted, triesBefore: counted, policy: policy, jitter: 0.1),
                counted < 200
            {
                counted += 1
                #expect(policy.allowsRetry(afterCounted: counted))
            }
            counted += 1  // the one that settled
            #expect(counted == most + 1)
            #expect(!policy.allowsRetry(afterCounted: counted))
            #expect(
                decide(.retry(retryAfter: .seconds(1)), countedBefore: most, triesBefore: 0, policy: policy, jitter: 0)
                    == .settle(.rejected, counts: true))
        }
    }

    @Test func `waits and pauses never use up the retries`() {
        var random = SplitMix64(seed: 51)
        for _ in 0..<500 {
            var (counted, tries): (Int32, Int32) = (0, 0)
            var ended = false
            while !ended, tries < 400 {
                let outcome = random.failure()
                switch decide(
                    outcome, countedBefore: counted, triesBefore: tries, policy: Self.policy, jitter: random.jitter())
                {
                case .again(let counts, _):
                    if counts { counted += 1 }
                    if case .retry = outcome { #expect(counts) } else { #expect(!counts) }
                case .settle(let state, let counts):
                    counted += 1
                    ended = true
                    #expect(state == .rejected && counts)
                }
                tries += 1
            }
            #expect(ended && counted == Self.policy.maxAutomaticRetries + 1)
        }
    }

    @Test(
        arguments: [
            (.rateLimited, 0, 1, 2), (.rateLimited, 1, 2, 4), (.rateLimited, 30, 150, 300),
            (.clockSkew, 0, 1, 2), (.notWritten, 0, 1, 2), (.notWritten, 4, 16, 32), (.notWritten, 9, 150, 300),
            (.numberCapped, 0, 600, 1_200), (.numberCapped, 1, 1_200, 2_400), (.numberCapped, 2, 1_800, 3_600),
            (.numberCapped, 99, 1_800, 3_600),
            (.duplicateUnproven, 0, 300, 600), (.duplicateUnproven, 1, 600, 1_200),
            (.duplicateUnproven, 9, 1_800, 3_600),
        ] as [(WaitReason, Int32, Int64, Int64)])
    func `a wait is put off between these bounds`(reason: WaitReason, tries: Int32, low: Int64, high: Int64) {
        #expect(delay(.wait(reason, retryAfter: nil), tries: tries, jitter: 0) == .seconds(low))
        #expect(delay(.wait(reason, retryAfter: nil), tries: tries, jitter: 1) == .seconds(high))
    }

    @Test func `a wait heeds what the provider asks for, up to an hour`() {
        for reason in WaitReason.allCases {
            #expect(delay(.wait(reason, retryAfter: .seconds(3_000)), tries: 0, jitter: 0) == .seconds(3_000))
            #expect(delay(.wait(reason, retryAfter: .seconds(86_400)), tries: 0, jitter: 0) == .seconds(3_600))
            #expect(
                delay(.wait(reason, retryAfter: .milliseconds(1)), tries: 0, jitter: 0)
                    == delay(.wait(reason, retryAfter: nil), tries: 0, jitter: 0))
        }
    }

    @Test func `a duplicate that proves nothing waits out the provider's window`() {
        for tries in [0, 3, Int32.max] {
            let duplicate = delay(.duplicate, tries: tries, jitter: 0.3)
            #expect(duplicate == delay(.wait(.duplicateUnproven, retryAfter: nil), tries: tries, jitter: 0.3))
            #expect(duplicate >= .seconds(300))
        }
    }

    @Test func `a paused provider's row is due again at once`() {
        #expect(delay(.pause, tries: 40, jitter: 0.9) == .seconds(1))
    }

    @Test func `every delay lies within its bounds for every jitter, count and policy`() {
        var random = SplitMix64(seed: 52)
        for _ in 0..<10_000 {
            let policy = random.policy()
            let count = random.count()
            let retryAfter = random.retryAfter()
            let jitter = random.jitter()
            if case .again(_, let after) = decide(
                .retry(retryAfter: retryAfter), countedBefore: min(count, policy.maxAutomaticRetries - 1),
                triesBefore: count, policy: policy, jitter: jitter)
            {
                #expect(after >= .zero && after <= policy.cap)
                #expect(after >= min(retryAfter ?? .zero, policy.cap))
            }
            let reason = random.pick(WaitReason.allCases)
            let wait = delay(.wait(reason, retryAfter: retryAfter), tries: count, jitter: jitter)
            #expect(wait >= reason.delayMin && wait <= WaitReason.delayMax)
            #expect(wait >= min(retryAfter ?? .zero, WaitReason.delayMax))
            if retryAfter == nil { #expect(wait <= reason.ownDelayMax) }
        }
    }

    @Test func `bounds grow with the count, and delays with the jitter`() {
        var random = SplitMix64(seed: 53)
        for _ in 0..<100 {
            let policy = RetryPolicy(
                maxAutomaticRetries: 100, base: .milliseconds(Int64.random(in: 0...90_000, using: &random)),
                cap: .milliseconds(Int64.random(in: 0...900_000, using: &random)))
            let reason = random.pick(WaitReason.allCases)
            let (low, high) = { (one: Double, other: Double) in (min(one, other), max(one, other)) }(
                random.jitter(), random.jitter())
            var (lastRetry, lastWait) = (Duration.zero, Duration.zero)
            for count in 0..<99 as Range<Int32> {
                let retry = delay(.retry(retryAfter: nil), counted: count, policy: policy, jitter: high)
                let wait = delay(.wait(reason, retryAfter: nil), tries: count, jitter: high)
                #expect(retry >= lastRetry && wait >= lastWait)
                #expect(delay(.retry(retryAfter: nil), counted: count, policy: policy, jitter: low) <= retry)
                #expect(delay(.wait(reason, retryAfter: nil), tries: count, jitter: low) <= wait)
                (lastRetry, lastWait) = (retry, wait)
            }
        }
    }

    @Test(arguments: [-1, -.infinity, .infinity, .nan, 2, 1e300] as [Double])
    func `a jitter that is none breaks no bound`(jitter: Double) {
        let retry = delay(.retry(retryAfter: nil), counted: 2, policy: Self.policy, jitter: jitter)
        #expect(retry >= .zero && retry <= .seconds(8))
        let wait = delay(.wait(.notWritten, retryAfter: nil), tries: 2, jitter: jitter)
        #expect(wait >= .seconds(4) && wait <= .seconds(8))
    }

    @Test func `a policy keeps its values in their ranges`() {
        let high = RetryPolicy(
            maxAutomaticRetries: .max, base: .seconds(Int64.max), cap: .seconds(Int64.max))
        #expect(high.maxAutomaticRetries == 100)
        #expect(high.base == RetryPolicy.delays.upperBound && high.cap == RetryPolicy.delays.upperBound)
        let low = RetryPolicy(maxAutomaticRetries: .min, base: .seconds(-1), cap: .seconds(-1))
        #expect(low == RetryPolicy(maxAutomaticRetries: 0, base: .zero, cap: .zero))
        #expect(!low.allowsRetry(afterCounted: 1))
        #expect(delay(.retry(retryAfter: .seconds(Int64.max)), counted: 99, policy: high, jitter: 1) == high.cap)
    }

    private func delay(
        _ outcome: SendOutcome, tries: Int32 = 0, counted: Int32 = 0, policy: RetryPolicy = Self.policy, jitter: Double
    ) -> Duration {
        guard
            case .again(_, let after) = decide(
                outcome, countedBefore: counted, triesBefore: tries, policy: policy, jitter: jitter)
        else {
            Issue.record("\(outcome) was settled")
            return .seconds(-1)
        }
        return after
    }
}

extension SplitMix64 {
    fileprivate mutating func jitter() -> Double {
        pick([0, Double.random(in: 0..<1, using: &self), Double(1).nextDown])
    }

    fileprivate mutating func count() -> Int32 {
        pick([0, 1, 2, 10, 62, 63, 64, 127, 128, 1_000, .max - 1, .max, Int32.random(in: 0...20, using: &self)])
    }

    fileprivate mutating func retryAfter() -> Duration? {
        pick([
            nil, .zero, .seconds(-5), .milliseconds(1), .seconds(30), .seconds(7_200), .seconds(Int64.max),
            .seconds(Int64.random(in: 0...10_000, using: &self)),
        ])
    }

    fileprivate mutating func policy() -> RetryPolicy {
        RetryPolicy(
            maxAutomaticRetries: pick([1, 3, 100]),
            base: pick([.zero, .nanoseconds(1), .milliseconds(500), .seconds(3), .seconds(Int64.max)]),
            cap: pick([.zero, .milliseconds(1), .seconds(1), .seconds(900), .seconds(Int64.max)]))
    }

    fileprivate mutating func failure() -> SendOutcome {
        switch Int.random(in: 0..<6, using: &self) {
        case 0, 1: .retry(retryAfter: retryAfter())
        case 2, 3: .wait(pick(WaitReason.allCases), retryAfter: retryAfter())
        case 4: .pause
        default: .duplicate
        }
    }
}
