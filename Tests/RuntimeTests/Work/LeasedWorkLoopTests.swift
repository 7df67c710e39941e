import Synchronization
import TestSupport
import Testing

@testable import Runtime

@Suite struct `Leased work` {
    /// None of its reports fails to be written, as where Postgres is slow: they are just not written yet.
    ///
    /// With few calls, 100 reports may wait; with many, as many as there are calls. The last claim goes past that.
    @Test(arguments: [(calls: 4, claimed: 100...103), (calls: 150, claimed: 150...159)])
    func `is not claimed while too many of its reports wait, and is again once they are written`(
        calls: Int, claimed: ClosedRange<Int>
    ) async throws {
        let work = UnwrittenWork()
        let loop = LeasedWorkLoop(work, callsMax: calls)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            defer { loop.stop() }
            try await eventually("it claims no more") { work.isLeftAlone }
            let first = work.claimedCount
            try #require(claimed.contains(first))
            work.write()
            try await eventually("it claims again, and then no more") {
                work.isLeftAlone && work.claimedCount > first
            }
            #expect(claimed.contains(work.claimedCount - first))
        }
    }

    @Test func `that waits for a call to end is given back when no more is wanted`() async throws {
        let work = ClaimedWork()
        let loop = LeasedWorkLoop(work, callsMax: 1)
        work.next = .claims((1...3).map { LeasedClaim($0, gateUntil: .now.advanced(by: .seconds(3_600))) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            try await eventually("one has begun") { work.performed.count == 1 }
            loop.stop()
            try await eventually("the others are given back") { work.left.count == 2 }
            work.finish()
            try await group.waitForAll()
        }
        #expect(work.left.allSatisfy { $0.reason == .notBegun })
        #expect((work.performed + work.left.map(\.item)).sorted() == [1, 2, 3])
    }

    @Test func `whose time is over is given back, and not begun`() async throws {
        let work = ClaimedWork()
        let loop = LeasedWorkLoop(work, callsMax: 1)
        work.next = .claims([LeasedClaim(1, gateUntil: .now.advanced(by: .milliseconds(-1)))])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            defer { loop.stop() }
            try await eventually("it is given back or begun") { work.left.count + work.performed.count == 1 }
            work.finish()
        }
        #expect(work.performed.isEmpty && work.left.map(\.item) == [1] && work.left.map(\.reason) == [.notBegun])
    }

    @Test func `that may have been claimed as the end came is given back at the end`() async throws {
        let work = ClaimedWork()
        let loop = LeasedWorkLoop(work, callsMax: 1)
        work.whenClaimed = { loop.stop() }
        work.next = .failed(inDoubt: [7])
        try await loop.run()
        #expect(work.performed.isEmpty && work.left.map(\.item) == [7] && work.left.map(\.reason) == [.neverClaimed])
    }
}

/// Work that is claimed once, as the test says, and whose calls end when the test says so.
private final class ClaimedWork: LeasedWork {
    private struct State {
        var next: Claimed<Int>?
        var whenClaimed: @Sendable () -> Void = {}
        var performed: [Int] = []
        var left: [(item: Int, reason: LeaveReason)] = []
    }
    private let state = Mutex(State())
    private let end = Gate()

    /// What the next claim brings; nothing after it.
    var next: Claimed<Int>? {
        get { state.withLock { $0.next } }
        set { state.withLock { $0.next = newValue } }
    }
    /// Called in each claim.
    var whenClaimed: @Sendable () -> Void {
        get { state.withLock { $0.whenClaimed } }
        set { state.withLock { $0.whenClaimed = newValue } }
    }
    var performed: [Int] { state.withLock { $0.performed } }
    var left: [(item: Int, reason: LeaveReason)] { state.withLock { $0.left } }

    /// Ends the calls under way, and those to come at once.
    func finish() { end.open() }

    func claim(_ room: CallPermits.Room) async -> Claimed<Int> {
        whenClaimed()
        return state.withLock { state in
            defer { state.next = nil }
            return state.next ?? .nothing
        }
    }

    func sharer(of item: Int) -> String { "" }

    func perform(_ item: Int, gateUntil: ContinuousClock.Instant) async {
        state.withLock { $0.performed.append(item) }
        await end.wait()
    }

    func leave(_ items: [Int], _ reason: LeaveReason) {
        state.withLock { $0.left += items.map { ($0, reason) } }
    }

    let unwrittenCount = 0

    let vouch: @Sendable () async -> Bool = { true }

    func close() async {}
}

/// Work of which there is always more, done at once, with reports that are written when the test says so.
private final class UnwrittenWork: LeasedWork {
    /// Where nothing stops the claims, the test does.
    private static let claimedMax = 1_000
    private static let claimMax = 10

    private struct State {
        var claimed = 0
        var done = 0
        var unwritten = 0
        /// Looks at what is unwritten since the last claim.
        var looks = 0
    }
    private let state = Mutex(State())

    var claimedCount: Int { state.withLock { $0.claimed } }
    /// Whether all that was claimed is done, and the loop has looked several times at what is unwritten and claimed
    /// nothing, or would claim for ever.
    var isLeftAlone: Bool {
        state.withLock { state in
            state.done == state.claimed && (state.looks >= 3 || state.claimed >= Self.claimedMax)
        }
    }

    func write() {
        state.withLock { state in
            state.unwritten = 0
            state.looks = 0
        }
    }

    var unwrittenCount: Int {
        state.withLock { state in
            state.looks += 1
            return state.unwritten
        }
    }

    func claim(_ room: CallPermits.Room) async -> Claimed<Int> {
        let claims: [LeasedClaim<Int>] = state.withLock { state in
            state.looks = 0
            // A few at a time, one after another, so that the loop sees what each has brought.
            guard state.done == state.claimed, state.claimed < Self.claimedMax else { return [] }
            let count = min(room.free, Self.claimMax)
            defer { state.claimed += count }
            return (0..<count).map {
                LeasedClaim(state.claimed + $0, gateUntil: .now.advanced(by: .seconds(3_600)))
            }
        }
        return claims.isEmpty ? .limited(.milliseconds(20)) : .claims(claims)
    }

    func sharer(of item: Int) -> String { "" }

    func perform(_ item: Int, gateUntil: ContinuousClock.Instant) async {
        state.withLock { state in
            state.done += 1
            state.unwritten += 1
        }
    }

    func leave(_ items: [Int], _ reason: LeaveReason) {}

    let vouch: @Sendable () async -> Bool = { true }

    func close() async {}
}
