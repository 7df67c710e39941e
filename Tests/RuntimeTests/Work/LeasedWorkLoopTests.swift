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
