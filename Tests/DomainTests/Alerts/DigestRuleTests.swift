import Domain
import Testing

@Suite struct `A digest` {
    private static func at(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }
    private static let rule = DigestRule(count: 3, length: .seconds(60))

    @Test func `tells all but the last of a window one by one, and holds what is beyond until its end`() {
        var told = Telling(Self.rule)
        #expect(told.pass(at: 0, arriving: 1) == [.single])
        #expect(told.pass(at: 10, arriving: 1) == [.single])
        #expect(told.pass(at: 20, arriving: 1) == [])
        #expect(told.pass(at: 59, arriving: 4) == [])
        #expect(told.pass(at: 60, arriving: 0) == [.together(5)])
        // The next window begins with its own first event.
        #expect(told.pass(at: 61, arriving: 1) == [.single])
        #expect(told.pass(at: 120, arriving: 2) == [.single])
        #expect(told.pass(at: 121, arriving: 0) == [.together(1)])
    }

    @Test func `leaves what happens at its end to the next`() {
        var told = Telling(Self.rule)
        #expect(told.pass(at: 0, arriving: 2) == [.single, .single])
        #expect(told.pass(at: 60, arriving: 1) == [.single])
        #expect(told.notifications.map(\.windowAt) == [0, 0, 60])
    }

    @Test func `of fewer than its number never begins`() {
        var told = Telling(Self.rule)
        for round in 0..<20 as Range<Int64> {
            #expect(told.pass(at: round * 61, arriving: 2) == [.single, .single])
        }
    }

    @Test func `of one holds every event for a window`() {
        var told = Telling(DigestRule(count: 1, length: .seconds(60)))
        #expect(told.pass(at: 0, arriving: 1) == [])
        #expect(told.pass(at: 59, arriving: 1) == [])
        #expect(told.pass(at: 60, arriving: 0) == [.together(2)])
        #expect(told.pass(at: 70, arriving: 1) == [])
        #expect(told.pass(at: 129, arriving: 0) == [])
        #expect(told.pass(at: 130, arriving: 0) == [.together(1)])
    }

    @Test func `tells a backlog at once, and no more of it than a window allows`() {
        var told = Telling(Self.rule)
        #expect(told.pass(at: 7_200, arriving: 500, happenedAt: 0) == [.single, .single, .together(498)])
        #expect(told.pass(at: 7_201, arriving: 500, happenedAt: 0) == [.single, .single])
        #expect(told.pass(at: 7_260, arriving: 0) == [.together(498)])
    }

    @Test func `begins now where its first event is ahead of the clock, and not when that time comes`() {
        for window in [nil, ToldWindow(startedAt: Self.at(-90), told: 1, lastToldAt: Self.at(500))] {
            let step = Self.rule.step(
                waiting: WaitingEvents(count: 1, oldestAt: Self.at(400)), window: window, now: Self.at(100))
            #expect(step == TellingStep(singles: 1, tellsRest: false, windowAt: Self.at(100)))
        }
    }

    @Test func `that never comes lets every event through`() {
        let step = DigestRule.never.step(
            waiting: WaitingEvents(count: 40, oldestAt: Self.at(0)),
            window: ToldWindow(startedAt: Self.at(1), told: 90, lastToldAt: Self.at(1)), now: Self.at(1))
        #expect(step?.singles == 40)
        #expect(step?.tellsRest == false)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `leaves nothing untold, tells nothing twice, and neither storms nor dawdles`(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rule = DigestRule(
            count: random.pick([1, 2, 3, 10]), length: .seconds(random.pick([1, 7, 60])))
        let length = rule.length.components.seconds
        var told = Telling(rule)
        var clock: Int64 = 1_000
        var arrived = 0
        for _ in 0..<400 {
            clock += random.pick([0, 1, 1, 1, 2, 5, length, length * 3])
            // Events come in bursts, some of them long after they happened.
            let count = random.once(in: 3) ? random.pick([1, 1, 2, 5, 40]) : 0
            arrived += count
            _ = told.pass(at: clock, arriving: count, happenedAt: clock - random.pick([0, 0, 0, 1, length, 500]))
        }
        // Passes that come every second, as the worker's do: so that a delay is the rule's, not the pass's.
        for _ in 0...(2 * length) {
            clock += 1
            _ = told.pass(at: clock, arriving: 0)
        }
        #expect(told.waiting.isEmpty)
        #expect(told.toldEvents.sorted() == Array(0..<arrived))
        for (_, window) in Dictionary(grouping: told.notifications, by: \.windowAt) {
            #expect(window.count <= rule.count)
        }
        let starts = Set(told.notifications.map(\.windowAt)).sorted()
        for (one, next) in zip(starts, starts.dropFirst()) { #expect(next - one >= length) }
        #expect(told.longestHeld < length)
    }
}

/// What a worker does with a rule: what waits, and what was told.
private struct Telling {
    enum Notification: Equatable {
        case single
        case together(Int)
    }
    struct Made {
        var windowAt: Int64
        var madeAt: Int64
    }
    let rule: DigestRule
    var waiting: [(number: Int, happenedAt: Int64, seenAt: Int64)] = []
    var toldEvents: [Int] = []
    var notifications: [Made] = []
    /// Seconds by which an event was told later than it could have been: passes until then included.
    var longestHeld: Int64 = 0
    private var arrived = 0
    private var lastPass: Int64 = 0

    init(_ rule: DigestRule) { self.rule = rule }

    mutating func pass(at clock: Int64, arriving count: Int, happenedAt: Int64? = nil) -> [Notification] {
        for _ in 0..<count {
            waiting.append((arrived, happenedAt ?? clock, clock))
            arrived += 1
        }
        defer { lastPass = clock }
        guard
            let step = rule.step(
                waiting: WaitingEvents(
                    count: min(waiting.count, rule.count + 1),
                    oldestAt: Timestamp(microseconds: (waiting.first?.happenedAt ?? 0) * 1_000_000)),
                window: latest, now: Timestamp(microseconds: clock * 1_000_000))
        else { return [] }
        var made: [Notification] = []
        let windowAt = step.windowAt.microseconds / 1_000_000
        for _ in 0..<step.singles {
            take(1, clock)
            notifications.append(Made(windowAt: windowAt, madeAt: clock))
            made.append(.single)
        }
        if step.tellsRest {
            made.append(.together(waiting.count))
            take(waiting.count, clock)
            notifications.append(Made(windowAt: windowAt, madeAt: clock))
        }
        return made
    }

    private mutating func take(_ count: Int, _ clock: Int64) {
        for event in waiting.prefix(count) {
            toldEvents.append(event.number)
            // It was due no later than at the pass before this one, had that told it.
            longestHeld = max(longestHeld, lastPass - event.seenAt)
        }
        waiting.removeFirst(count)
    }

    private var latest: ToldWindow? {
        guard let start = notifications.map(\.windowAt).max() else { return nil }
        let window = notifications.filter { $0.windowAt == start }
        return ToldWindow(
            startedAt: Timestamp(microseconds: start * 1_000_000), told: window.count,
            lastToldAt: Timestamp(microseconds: (window.map(\.madeAt).max() ?? 0) * 1_000_000))
    }
}
