import TestSupport
import Testing

@testable import Runtime

@Suite struct SeldomLogTests {
    private struct Failure: Error, CustomStringConvertible { let description: String }

    @Test func `the first failure is told at once, the next once in a while, and how many were not`() {
        let log = TestLog()
        var seldom = SeldomLog("it failed", to: log.logger)
        let start = ContinuousClock.now
        func fail(_ text: String, after time: Duration) { seldom.warn(Failure(description: text), at: start + time) }
        fail("a", after: .zero)
        for millisecond in 1...1_000 { fail("b", after: .milliseconds(millisecond)) }
        fail("c", after: SeldomLog.interval - .nanoseconds(1))
        #expect(log.lines == ["warning it failed error=a untold=0"])
        fail("d", after: SeldomLog.interval)
        fail("e", after: SeldomLog.interval * 2)
        #expect(
            log.lines.dropFirst() == ["warning it failed error=d untold=1001", "warning it failed error=e untold=0"])
    }
}
