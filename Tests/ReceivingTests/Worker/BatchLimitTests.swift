import Testing

@testable import Receiving

@Suite struct `How many a worker claims at a time` {
    private func limit(_ current: Int, of most: Int32 = 500) -> BatchLimit {
        var limit = BatchLimit(most: most, timeMax: .seconds(15))
        if current < most { limit.overdue(claimed: current * 2) }
        return limit
    }

    @Test func `is halved until a batch is done in time, down to one`() {
        var limit = limit(500)
        var seen: [Int32] = []
        for _ in 0..<10 {
            limit.overdue(claimed: Int(limit.current))
            seen.append(limit.current)
        }
        #expect(seen == [250, 125, 62, 31, 15, 7, 3, 1, 1, 1])
    }

    struct Case: Sendable {
        var claimed: Int
        var seconds: Double
        var becomes: Int32
    }

    @Test(arguments: [
        Case(claimed: 100, seconds: 3.7, becomes: 200), Case(claimed: 100, seconds: 3.8, becomes: 100),
        // Whether a full one could be borne, one that was not full does not tell.
        Case(claimed: 99, seconds: 0.1, becomes: 100), Case(claimed: 0, seconds: 0, becomes: 100),
    ])
    func `doubles after a full batch that was light`(one: Case) {
        var limit = limit(100)
        limit.settled(claimed: one.claimed, in: .seconds(one.seconds))
        #expect(limit.current == one.becomes)
    }

    @Test(arguments: [Int32(1), 2, 500, 5_000])
    func `is never more than was asked for, and soon as many again`(most: Int32) {
        var limit = limit(1, of: most)
        for _ in 0..<13 { limit.settled(claimed: Int(limit.current), in: .zero) }
        #expect(limit.current == most)
    }
}
