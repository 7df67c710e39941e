import Domain
import TestSupport
import Testing

@testable import Sending

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
        let room = try #require(await permits.room())
        #expect(room.free == 1 && room.byAccount == ["a": 1, "b": 1])
        permits.giveBack("a")
        let later = try #require(await permits.room())
        #expect(later.free == 2 && later.byAccount == ["b": 1])
    }

    @Test func `make one wait until a call has ended`() async throws {
        let permits = CallPermits(countMax: 2)
        permits.take(["a", "a"])
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
        permits.giveBack("a")
        #expect(await permits.room() == nil)
    }
}

@Suite struct `The header Retry-After` {
    // 1994-11-06 08:49:37 UTC, the example of RFC 9110.
    static let example = Timestamp(microseconds: 784_111_777_000_000)

    @Test(arguments: [
        ("0", Duration.zero), ("120", .seconds(120)), (" 5", .seconds(5)),
        ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
    ])
    func `is read`(text: String, time: Duration) {
        #expect(retryAfter(text, now: Self.example) == time)
    }

    @Test(arguments: [
        "", "-1", "1.5", "1234567890123", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "٣",
    ])
    func `that says nothing is none`(text: String) {
        #expect(retryAfter(text, now: Self.example) == nil)
    }
}
