import Testing

@testable import Receiving

@Suite struct `How many a worker claims at a time` {
    private static let time = Duration.seconds(15)
    private static let bytes = WebhookBatchRun.rawBytesMax

    private func limit(_ current: Int, of most: Int32 = 500) -> BatchLimit {
        var limit = BatchLimit(most: most, timeMax: Self.time)
        if current < most { limit.settled(read: current, left: 1, bytes: Self.bytes, in: .zero) }
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

    @Test func `is what was read where that was not all`() {
        var limit = limit(500)
        limit.settled(read: 128, left: 372, bytes: Self.bytes, in: .zero)
        #expect(limit.current == 128)
    }

    struct Case: Sendable {
        var read: Int
        var bytes: Int
        var seconds: Double
        var becomes: Int32
    }

    @Test(arguments: [
        Case(read: 100, bytes: bytes / 2, seconds: 3.7, becomes: 200),
        Case(read: 100, bytes: bytes / 2 + 1, seconds: 0.1, becomes: 100),
        Case(read: 100, bytes: 0, seconds: 3.8, becomes: 100),
        // Whether a full one could be borne, one that was not full does not tell.
        Case(read: 99, bytes: 0, seconds: 0.1, becomes: 100), Case(read: 0, bytes: 0, seconds: 0, becomes: 100),
    ])
    func `doubles after a full batch that was light in time and in bytes`(one: Case) {
        var limit = limit(100)
        limit.settled(read: one.read, left: 0, bytes: one.bytes, in: .seconds(one.seconds))
        #expect(limit.current == one.becomes)
    }

    @Test(arguments: [Int32(1), 2, 500, 5_000])
    func `is never more than was asked for, and soon as many again`(most: Int32) {
        var limit = limit(1, of: most)
        for _ in 0..<13 { limit.settled(read: Int(limit.current), left: 0, bytes: 0, in: .zero) }
        #expect(limit.current == most)
    }
}
