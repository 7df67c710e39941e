import TestSupport
import Testing

@testable import Runtime

@Suite struct `The gate before a call` {
    @Test func `lets one through in time, and none after it`() {
        let gate = CallGate(until: .now.advanced(by: .seconds(60)))
        #expect(gate.pass())
        #expect(!gate.pass())
        #expect(!gate.shutUnpassed())
    }

    @Test func `is shut for good by a failure before`() {
        let gate = CallGate(until: .now.advanced(by: .seconds(60)))
        #expect(gate.shutUnpassed())
        #expect(!gate.pass())
        #expect(gate.shutUnpassed())
    }

    @Test func `lets nobody through past its time`() {
        let gate = CallGate(until: .now.advanced(by: .milliseconds(-1)))
        #expect(!gate.pass())
        #expect(gate.shutUnpassed())
    }
}

@Suite struct `The permits of calls` {
    @Test func `count calls by account and tell what is free`() async throws {
        let permits = CallPermits(countMax: 3)
        permits.take(["a", "b"])
        for account in ["a", "b"] { #expect(await permits.begin(account)) }
        let room = try #require(await permits.room())
        #expect(room.free == 1 && room.bySharer == ["a": 1, "b": 1])
        permits.giveBack("a")
        let later = try #require(await permits.room())
        #expect(later.free == 2 && later.bySharer == ["b": 1])
    }

    @Test func `make one wait until a call has ended`() async throws {
        let permits = CallPermits(countMax: 2)
        permits.take(["a", "a"])
        for _ in 0..<2 { #expect(await permits.begin("a")) }
        async let room = permits.room()
        permits.giveBack("a")
        #expect(try #require(await room).free == 1)
    }

    @Test func `end the wait when no more is wanted`() async {
        let permits = CallPermits(countMax: 1)
        permits.take(["a"])
        async let room = permits.room()
        permits.close()
        #expect(await room == nil)
        permits.giveBack("a", called: false)
        #expect(await permits.room() == nil)
    }

    @Test func `let claim ahead what calls have just made room for, up to a bound, and begin in order`() async throws {
        let permits = CallPermits(countMax: 2, aheadMax: 2)
        #expect(try #require(await permits.room()).free == 2)
        permits.take(["a", "a"])
        for _ in 0..<2 { #expect(await permits.begin("a")) }
        permits.giveBack("a")
        permits.take(["a"])
        #expect(await permits.begin("a"))
        // One has ended a moment ago, if the machine did not stand still since.
        permits.giveBack("a")
        let room = try #require(await permits.room())
        #expect(room.limit - room.free == 1)
        #expect((2...4).contains(room.limit))
        permits.take(["a", "b", "c"])
        #expect(await permits.begin("a"))
        async let second = permits.begin("b")
        async let third = permits.begin("c")
        for _ in 0..<2 { permits.giveBack("a") }
        #expect(await second)
        #expect(await third)
        #expect(permits.held == 2)
    }

    @Test func `have room for more claims ahead right after a call has ended`() async throws {
        let permits = CallPermits(countMax: 2, aheadMax: 4)
        // A machine that stands still for two windows between the two lines sees none: then again.
        try await eventually("there is room ahead") {
            permits.take(["a"])
            guard await permits.begin("a") else { return false }
            permits.giveBack("a")
            return await permits.room().map { $0.limit > 2 } ?? false
        }
        #expect(permits.held == 0)
    }

    @Test func `let another account go first where one has half of the calls`() async throws {
        let permits = CallPermits(countMax: 2, aheadMax: 2)
        permits.take(["a", "a", "a", "b"])
        for _ in 0..<2 { #expect(await permits.begin("a")) }
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, account) in ["a", "b"].enumerated() {
                group.addTask {
                    #expect(await permits.begin(account))
                    await order.add(account)
                }
                try await eventually("it waits") { permits.waitingCount == place + 1 }
            }
            // One of a's still runs: it has its half.
            permits.giveBack("a")
            try await eventually("one has begun") { await !order.accounts.isEmpty }
            #expect(await order.accounts == ["b"])
            permits.giveBack("a")
            try await group.waitForAll()
        }
        #expect(await order.accounts == ["b", "a"])
    }

    @Test func `let none begin that waits when no more is wanted`() async throws {
        let permits = CallPermits(countMax: 1, aheadMax: 1)
        permits.take(["a", "a"])
        #expect(await permits.begin("a"))
        async let waiting = permits.begin("a")
        try await eventually("it waits") { permits.waitingCount == 1 }
        permits.close()
        #expect(await !waiting)
        #expect(await !permits.begin("a"))
    }
}

private actor Order {
    private(set) var accounts: [String] = []
    func add(_ account: String) { accounts.append(account) }
}

@Suite struct `The pace of calls` {
    @Test func `is what ended in the last window, or by now in this one`() {
        var pace = Pace()
        let start = ContinuousClock.now
        #expect(pace.ended(by: start) == 0)
        for _ in 0..<3 { pace.callEnded(at: start) }
        #expect(pace.ended(by: start) == 3)
        let second = start.advanced(by: Pace.window)
        pace.callEnded(at: second)
        #expect(pace.ended(by: second) == 3)
        for _ in 0..<4 { pace.callEnded(at: second) }
        #expect(pace.ended(by: second) == 5)
    }

    @Test func `is nothing once nothing has ended for two windows`() {
        var pace = Pace()
        let start = ContinuousClock.now
        for _ in 0..<3 { pace.callEnded(at: start) }
        #expect(pace.ended(by: start.advanced(by: Pace.window * 2)) == 0)
    }
}
