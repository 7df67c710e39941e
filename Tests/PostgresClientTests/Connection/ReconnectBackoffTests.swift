import PostgresClient
import TestSupport
import Testing

@Suite struct `The wait before the next attempt to connect` {
    @Test func `doubles from the floor to the ceiling, and begins anew after a success`() {
        var backoff = ReconnectBackoff(floor: .milliseconds(50), ceiling: .seconds(2))
        let whole = (0..<8).map { _ in backoff.next(jitter: 1) }
        #expect(
            whole == [
                .milliseconds(50), .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800),
                .milliseconds(1_600), .seconds(2), .seconds(2),
            ])
        backoff.reset()
        #expect(backoff.next(jitter: 1) == .milliseconds(50))
    }

    @Test func `lies between a tenth of its ceiling and the whole, whatever the jitter`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let floor = Duration.milliseconds(Int64.random(in: 1...500, using: &random))
            let ceiling = floor * Int.random(in: 1...100, using: &random)
            var backoff = ReconnectBackoff(floor: floor, ceiling: ceiling)
            var bound = floor
            for _ in 0..<40 {
                let wait = backoff.next(jitter: Double.random(in: -0.5...1.5, using: &random))
                #expect(wait >= bound / 10 - .nanoseconds(1) && wait <= bound)
                bound = min(bound * 2, ceiling)
            }
        }
    }

    @Test func `spreads callers that failed together`() {
        var random = SeededGenerator(seed: 4)
        let waits = (0..<1_000).map { _ in
            var backoff = ReconnectBackoff()
            for _ in 0..<9 { _ = backoff.next(jitter: 0) }
            return backoff.next(jitter: Double.random(in: 0..<1, using: &random))
        }
        for tenth in 1..<10 {
            let low = Duration.milliseconds(200 * tenth)
            #expect(waits.count { $0 >= low && $0 < low + .milliseconds(200) } > 50)
        }
    }
}
