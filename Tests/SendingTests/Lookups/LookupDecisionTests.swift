import Domain
import Testing

@testable import Sending
@testable import Store

/// What a look decides, by what is known of the attempt and what the provider said.
@Suite struct `A look at an attempt` {
    /// A look-up as it was leased; of an unclear attempt an hour old, past its deadline.
    private func lookup(_ change: (inout LeasedLookup) -> Void = { _ in }) -> LeasedLookup {
        var one = LeasedLookup(
            attemptID: AttemptID(rawValue: 1), entryID: EntryID(rawValue: 1), fence: 1, triesBefore: 0, state: .unclear,
            providerMessageID: nil, day: CivilDate(daysSinceEpoch: 20_000), age: .seconds(3_600),
            timeLeft: .seconds(-1), hasReceipt: false, isGivenUp: false, account: "default", unclearPolicy: nil,
            maxAutomaticRetries: nil, counted: 1)
        change(&one)
        return one
    }

    private func decide(
        _ lookup: LeasedLookup, isAnswered: Bool = true, isFound: Bool = false, isReported: Bool = false,
        policy: UnclearPolicy = .retry, retriesMax: Int32 = 3
    ) -> LookupDecision {
        LookupDecision(
            lookup, isAnswered: isAnswered, isFound: isFound, isReported: isReported, policy: policy,
            retry: RetryPolicy(maxAutomaticRetries: retriesMax, base: .zero, cap: .zero),
            receiptDeadline: .seconds(7_200))
    }

    private func decision(_ dueAfter: Duration?, passes: Bool = false, retries: Bool = false) -> LookupDecision {
        var one = decide(lookup(), isReported: true)
        (one.dueAfter, one.deadlinePasses, one.retries) = (dueAfter, passes, retries)
        return one
    }

    @Test func `ends with a report that decides, past the deadline, too`() {
        #expect(decide(lookup(), isFound: true, isReported: true) == decision(nil))
        #expect(decide(lookup { $0.state = .accepted }, isFound: true, isReported: true) == decision(nil))
    }

    @Test(arguments: [(0, 30), (1, 60), (3, 240), (6, 1_920), (7, 3_600), (40, 3_600)] as [(Int32, Int)])
    func `is followed by others ever more seldom, the last one at the deadline`(tries: Int32, seconds: Int) {
        for state in [AttemptState.unclear, .accepted] {
            let early = lookup {
                ($0.state, $0.triesBefore, $0.timeLeft) = (state, tries, .seconds(100_000))
            }
            #expect(decide(early, isAnswered: false) == decision(.seconds(seconds)))
            #expect(decide(early) == decision(.seconds(seconds)))
            let late = lookup { ($0.state, $0.triesBefore, $0.timeLeft) = (state, tries, .seconds(20)) }
            #expect(decide(late) == decision(.seconds(20)))
        }
    }

    @Test func `that finds one without a report gives its receipt time, whatever the deadline`() {
        #expect(decide(lookup(), isFound: true) == decision(.seconds(30)))
        // An accepted one has had it.
        #expect(decide(lookup { $0.state = .accepted }, isFound: true) == decision(nil, passes: true))
    }

    @Test func `past the deadline gives it up, and tries again where policy and cap permit`() {
        let rest = Duration.seconds(3_600)
        #expect(decide(lookup(), policy: .fail) == decision(rest, passes: true))
        #expect(decide(lookup(), isAnswered: false, policy: .fail) == decision(rest, passes: true))
        #expect(decide(lookup()) == decision(rest, passes: true, retries: true))
        #expect(decide(lookup { $0.counted = 3 }) == decision(rest, passes: true, retries: true))
        #expect(decide(lookup { $0.counted = 4 }) == decision(rest, passes: true))
        // With no time left for a receipt that is the end.
        #expect(decide(lookup { $0.age = .seconds(7_200) }) == decision(nil, passes: true, retries: true))
    }

    @Test func `that is not answered is made once more before a second try, for some minutes`() {
        #expect(decide(lookup(), isAnswered: false) == decision(.seconds(30)))
        for (tries, left, isOver) in [(30, -241, true), (30, -240, false), (29, -1_000, false)] as [(Int32, Int, Bool)]
        {
            let one = lookup { ($0.triesBefore, $0.timeLeft) = (tries, .seconds(left)) }
            #expect(
                decide(one, isAnswered: false)
                    == (isOver ? decision(.seconds(3_600), passes: true, retries: true) : decision(.seconds(30))))
        }
    }

    @Test func `past the deadline of its receipt ends, and tries nothing again`() {
        for isAnswered in [true, false] {
            for change: (inout LeasedLookup) -> Void in [
                { $0.state = .accepted }, { $0.hasReceipt = true }, { $0.isGivenUp = true },
            ] {
                #expect(decide(lookup(change), isAnswered: isAnswered) == decision(nil, passes: true))
            }
        }
    }
}
