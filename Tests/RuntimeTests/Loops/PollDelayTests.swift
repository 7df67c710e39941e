import Runtime
import TestSupport
import Testing

@Suite struct PollDelayTests {
    @Test func `delays double from the shortest to the longest`() {
        var delay = PollDelay(min: .milliseconds(25), max: .milliseconds(250))
        #expect((0..<5).map { _ in delay.next(jitter: 0) } == [25, 50, 100, 125, 125].map { .milliseconds($0) })
        delay.reset()
        #expect(delay == PollDelay(min: .milliseconds(25), max: .milliseconds(250)))
        #expect((0..<4).map { _ in delay.next(jitter: 0.5) } == [37.5, 75, 150, 187.5].map { .milliseconds($0) })
    }

    @Test(arguments: [(25, 250), (1, 1), (1, 2), (10, 15), (7, 1_000_000), (50, 10)])
    func `every delay lies between shortest and longest`(min: Int, max: Int) {
        var random = SeededGenerator(seed: 1)
        let low = Duration.milliseconds(min)
        let high = Duration.milliseconds(Swift.max(min, max))
        var delay = PollDelay(min: low, max: .milliseconds(max))
        for _ in 0..<10_000 {
            let next = delay.next(jitter: Double.random(in: 0..<1, using: &random))
            #expect((low...high).contains(next))
            if Int.random(in: 0..<20, using: &random) == 0 { delay.reset() }
        }
    }

    @Test func `with the same jitter a delay never shrinks until there was work`() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<1_000 {
            let jitter = Double.random(in: 0..<1, using: &random)
            var delay = PollDelay()
            var last = Duration.zero
            for _ in 0..<10 {
                let next = delay.next(jitter: jitter)
                #expect(next >= last)
                last = next
            }
            delay.reset()
            #expect(delay == PollDelay())
        }
    }
}
