import TestSupport
import Testing

@testable import Receiving

private let start = ContinuousClock.now

private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

@Suite struct `Where a claim begins` {
    @Test func `the first looks from the start, the next behind what was claimed`() {
        var (cursor, reach) = (ClaimCursor(), ClaimReach(now: at(0)))
        cursor.begin(now: at(0), isIdle: false, in: &reach)
        #expect(cursor.floor == 0 && cursor.isSweeping)
        cursor.claimed(last: 500, isFull: true, took: .milliseconds(1), now: at(0.001), in: &reach)
        cursor.begin(now: at(0.002), isIdle: false, in: &reach)
        #expect(cursor.floor == 500 && !cursor.isSweeping)
        cursor.claimed(last: 700, isFull: false, took: .milliseconds(1), now: at(0.003), in: &reach)
        cursor.begin(now: at(0.004), isIdle: false, in: &reach)
        #expect(cursor.floor == 700 && !cursor.isSweeping)
        cursor.claimed(last: nil, isFull: false, took: .milliseconds(1), now: at(0.005), in: &reach)
        #expect(cursor.floor == 700)
    }

    /// Claimed up to 1000, sweep over since 0, each claim one millisecond.
    private func busy() -> (ClaimCursor, ClaimReach) {
        var (cursor, reach) = (ClaimCursor(), ClaimReach(now: at(0)))
        cursor.begin(now: at(0), isIdle: false, in: &reach)
        cursor.claimed(last: 1_000, isFull: true, took: .milliseconds(1), now: at(0), in: &reach)
        return (cursor, reach)
    }

    struct Case: Sendable {
        var seconds: Double
        var isIdle: Bool
        var rolledBack: Bool
        var sweeps: Bool
    }

    // The sweep at 0 took 1 ms: no other for 32 ms, whatever happens; then when there is a reason; after 1 s without.
    @Test(arguments: [
        Case(seconds: 0.02, isIdle: false, rolledBack: false, sweeps: false),
        Case(seconds: 0.02, isIdle: true, rolledBack: true, sweeps: false),
        Case(seconds: 0.04, isIdle: false, rolledBack: false, sweeps: false),
        Case(seconds: 0.04, isIdle: true, rolledBack: false, sweeps: true),
        Case(seconds: 0.04, isIdle: false, rolledBack: true, sweeps: true),
        Case(seconds: 0.9, isIdle: false, rolledBack: false, sweeps: false),
        Case(seconds: 1.1, isIdle: false, rolledBack: false, sweeps: true),
    ])
    func `from the start again when idle, after a rollback, and every few seconds`(one: Case) {
        var (cursor, reach) = busy()
        if one.rolledBack { cursor.rolledBack(now: at(0), in: &reach) }
        cursor.begin(now: at(one.seconds), isIdle: one.isIdle, in: &reach)
        #expect(cursor.isSweeping == one.sweeps)
        #expect(cursor.floor == (one.sweeps ? 0 : 1_000))
    }

    @Test func `a rollback too early for a sweep is remembered until it may be`() {
        var (cursor, reach) = busy()
        cursor.rolledBack(now: at(0), in: &reach)
        cursor.begin(now: at(0.01), isIdle: false, in: &reach)
        #expect(!cursor.isSweeping)
        cursor.claimed(last: 1_500, isFull: true, took: .milliseconds(1), now: at(0.02), in: &reach)
        cursor.begin(now: at(0.05), isIdle: false, in: &reach)
        #expect(cursor.isSweeping)
        cursor.claimed(last: 1_500, isFull: false, took: .milliseconds(1), now: at(0.06), in: &reach)
        cursor.begin(now: at(0.2), isIdle: false, in: &reach)
        #expect(!cursor.isSweeping)
    }

    @Test func `a sweep that finds a full batch goes on from there, and back up when there is no more`() {
        var (cursor, reach) = busy()
        cursor.begin(now: at(4), isIdle: false, in: &reach)
        cursor.claimed(last: 200, isFull: true, took: .milliseconds(1), now: at(4.001), in: &reach)
        cursor.begin(now: at(4.002), isIdle: false, in: &reach)
        #expect(cursor.floor == 200 && cursor.isSweeping)
        cursor.claimed(last: 300, isFull: false, took: .milliseconds(1), now: at(4.003), in: &reach)
        cursor.begin(now: at(4.004), isIdle: false, in: &reach)
        #expect(cursor.floor == 1_000 && !cursor.isSweeping)
    }

    @Test func `a long sweep earns a long rest, and so does the claim that comes back up`() {
        var (cursor, reach) = busy()
        cursor.begin(now: at(4), isIdle: false, in: &reach)
        cursor.claimed(last: 200, isFull: true, took: .seconds(1), now: at(5), in: &reach)
        cursor.begin(now: at(5), isIdle: false, in: &reach)
        cursor.claimed(last: 1_600, isFull: true, took: .seconds(1), now: at(6), in: &reach)
        cursor.begin(now: at(5 + 63), isIdle: true, in: &reach)
        #expect(!cursor.isSweeping)
        cursor.begin(now: at(5 + 65), isIdle: true, in: &reach)
        #expect(cursor.isSweeping)
    }
}

@Suite struct `Workers of one process` {
    @Test func `begin behind what any of them has claimed`() {
        var reach = ClaimReach(now: at(0))
        var (one, other) = (ClaimCursor(), ClaimCursor())
        one.begin(now: at(0), isIdle: false, in: &reach)
        other.begin(now: at(0), isIdle: false, in: &reach)
        one.claimed(last: 500, isFull: true, took: .milliseconds(1), now: at(0.001), in: &reach)
        other.claimed(last: 1_000, isFull: true, took: .milliseconds(1), now: at(0.001), in: &reach)
        one.begin(now: at(0.002), isIdle: false, in: &reach)
        #expect(one.floor == 1_000 && !one.isSweeping)
    }

    @Test func `sweep one for all, and only that one goes on with it`() {
        var reach = ClaimReach(now: at(0))
        var (one, other) = (ClaimCursor(), ClaimCursor())
        one.begin(now: at(0), isIdle: false, in: &reach)
        one.claimed(last: 1_000, isFull: true, took: .milliseconds(1), now: at(0.001), in: &reach)
        one.begin(now: at(4), isIdle: false, in: &reach)
        other.begin(now: at(4), isIdle: false, in: &reach)
        #expect(one.floor == 0 && one.isSweeping)
        #expect(other.floor == 1_000 && !other.isSweeping)
        one.claimed(last: 200, isFull: true, took: .milliseconds(1), now: at(4.001), in: &reach)
        other.claimed(last: 1_500, isFull: true, took: .milliseconds(1), now: at(4.001), in: &reach)
        one.begin(now: at(4.002), isIdle: false, in: &reach)
        other.begin(now: at(4.002), isIdle: false, in: &reach)
        #expect(one.floor == 200 && one.isSweeping)
        #expect(other.floor == 1_500 && !other.isSweeping)
        one.claimed(last: 1_800, isFull: true, took: .milliseconds(1), now: at(4.003), in: &reach)
        one.begin(now: at(4.004), isIdle: false, in: &reach)
        #expect(one.floor == 1_800 && !one.isSweeping)
    }

    @Test func `sweep at once for what one of them rolled back, whichever comes first`() {
        var reach = ClaimReach(now: at(0))
        var (one, other) = (ClaimCursor(), ClaimCursor())
        one.begin(now: at(0), isIdle: false, in: &reach)
        one.claimed(last: 1_000, isFull: true, took: .milliseconds(1), now: at(0.001), in: &reach)
        one.rolledBack(now: at(0.002), in: &reach)
        other.begin(now: at(0.1), isIdle: false, in: &reach)
        #expect(other.floor == 0 && other.isSweeping)
        one.begin(now: at(0.1), isIdle: false, in: &reach)
        #expect(one.floor == 1_000 && !one.isSweeping)
    }

    @Test func `leave a long sweep to the one that is at it, and one that is not heard of to nobody for long`() {
        var reach = ClaimReach(now: at(0))
        var (one, other) = (ClaimCursor(), ClaimCursor())
        one.begin(now: at(0), isIdle: true, in: &reach)
        other.begin(now: at(5), isIdle: true, in: &reach)
        #expect(!other.isSweeping)
        other.begin(now: at(16), isIdle: true, in: &reach)
        #expect(other.isSweeping)
    }

    @Test func `take over a sweep that failed`() {
        var reach = ClaimReach(now: at(0))
        var (one, other) = (ClaimCursor(), ClaimCursor())
        one.begin(now: at(0), isIdle: true, in: &reach)
        one.rolledBack(now: at(1), in: &reach)
        other.begin(now: at(1), isIdle: false, in: &reach)
        #expect(other.isSweeping)
        one.begin(now: at(1), isIdle: true, in: &reach)
        #expect(!one.isSweeping)
    }

    @Test func `earn one rest by one sweep, however many are idle`() {
        var reach = ClaimReach(now: at(0))
        var cursors = [ClaimCursor](repeating: ClaimCursor(), count: 8)
        var sweeping: [Int] = []
        for index in cursors.indices {
            cursors[index].begin(now: at(0.1 * Double(index)), isIdle: true, in: &reach)
            if cursors[index].isSweeping { sweeping.append(index) }
        }
        #expect(sweeping == [0])
        for index in cursors.indices {
            cursors[index].claimed(last: nil, isFull: false, took: .seconds(2), now: at(2), in: &reach)
        }
        cursors[3].begin(now: at(2 + 63), isIdle: true, in: &reach)
        #expect(!cursors[3].isSweeping)
        cursors[3].begin(now: at(2 + 65), isIdle: true, in: &reach)
        #expect(cursors[3].isSweeping)
    }
}

/// A queue under a held snapshot, and the workers of a process: settled rows stay in the way. Time is what claims and their
/// work cost.
private struct QueueModel {
    enum State { case unborn, waiting, dead }
    private(set) var states: [State]
    /// When each row becomes visible.
    let visibleAt: [Double]
    private(set) var clock = 0.0
    private(set) var sweeping = 0.0
    private(set) var worstWait = 0.0
    static let workers = 3
    private var cursors = [ClaimCursor](repeating: ClaimCursor(), count: workers)
    private var areIdle = [Bool](repeating: false, count: workers)
    private var reach: ClaimReach
    /// Seconds for each dead row that a claim passes, and for each row that is worked on.
    let passing = 2e-7
    let working = 2e-5

    init(visibleAt: [Double]) {
        self.visibleAt = visibleAt
        states = [State](repeating: .unborn, count: visibleAt.count)
        reach = ClaimReach(now: at(0))
    }

    var left: Int { states.count { $0 != .dead } }

    /// One worker's claim of up to 500 rows.
    mutating func step(by worker: Int, rollsBack: Bool) {
        var cursor = cursors[worker]
        defer { cursors[worker] = cursor }
        cursor.begin(now: at(clock), isIdle: areIdle[worker], in: &reach)
        let isSweep = cursor.floor == 0
        var claimed: [Int] = []
        var passed = 0
        for index in Int(cursor.floor)..<states.count {
            if states[index] == .unborn, visibleAt[index] <= clock { states[index] = .waiting }
            if states[index] == .waiting { claimed.append(index) } else { passed += 1 }
            if claimed.count == 500 { break }
        }
        let took = 0.0005 + Double(passed) * passing
        clock += took
        if isSweep { sweeping += took }
        cursor.claimed(
            last: claimed.last.map { Int64($0 + 1) }, isFull: claimed.count == 500, took: .seconds(took),
            now: at(clock), in: &reach)
        clock += Double(claimed.count) * working
        if rollsBack {
            cursor.rolledBack(now: at(clock), in: &reach)
        } else {
            for index in claimed {
                states[index] = .dead
                worstWait = max(worstWait, clock - visibleAt[index])
            }
        }
        areIdle[worker] = claimed.isEmpty
        if claimed.isEmpty { clock += 0.05 }
    }
}

@Suite struct `A moving floor` {
    @Test(arguments: [UInt64(1), 2, 3])
    func `leaves no row behind, however late it was committed, and sweeps a small share of the time`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // 50 000 rows a second in bursts; two of a hundred are committed up to four seconds late.
        let rows = 60_000
        var visibleAt: [Double] = []
        for index in 0..<rows {
            let isLate = Int.random(in: 0..<100, using: &random) < 2
            visibleAt.append(Double(index) / 20_000 + (isLate ? Double.random(in: 0...4, using: &random) : 0))
        }
        var queue = QueueModel(visibleAt: visibleAt)
        var steps = 0
        while queue.left > 0, steps < 20_000 {
            queue.step(
                by: Int.random(in: 0..<QueueModel.workers, using: &random),
                rollsBack: Int.random(in: 0..<50, using: &random) == 0)
            steps += 1
        }
        #expect(queue.left == 0)
        // One sweep may be under way beyond the share, and the first one at the start.
        #expect(queue.sweeping <= queue.clock / Double(ClaimReach.restFactor) + 0.05)
        #expect(queue.worstWait < 8)
    }

    @Test func `keeps its bounds whatever claims bring`() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            var (cursor, reach) = (ClaimCursor(), ClaimReach(now: at(0)))
            var now = 0.0
            var highest: Int64 = 0
            var (swept, lastSweep) = (0.0, 0.0)
            for _ in 0..<200 {
                now += Double.random(in: 0...0.2, using: &random)
                cursor.begin(now: at(now), isIdle: Bool.random(using: &random), in: &reach)
                #expect(cursor.floor <= highest)
                let began = cursor.floor
                let last = Bool.random(using: &random) ? cursor.floor + Int64.random(in: 1...900, using: &random) : nil
                let isFull = last != nil && Bool.random(using: &random)
                let took = Double.random(in: 0...0.05, using: &random)
                now += took
                if began == 0, cursor.isSweeping {
                    swept += took
                    lastSweep = now
                }
                cursor.claimed(last: last, isFull: isFull, took: .seconds(took), now: at(now), in: &reach)
                highest = max(highest, last ?? 0)
                // Nothing between a claim's end and the floor is passed over unless the claim came to the queue's end.
                #expect(cursor.floor == (isFull ? last : highest))
                if Int.random(in: 0..<10, using: &random) == 0 { cursor.rolledBack(now: at(now), in: &reach) }
                #expect(swept <= now / Double(ClaimReach.restFactor) + 0.05)
                // Long enough for the interval and for any rest.
                #expect(now - lastSweep < 1 + 0.05 * Double(ClaimReach.restFactor) * 3 + 0.5)
            }
        }
    }
}
