import Testing

@testable import Ingress

@Suite struct DrainPaceTests {
    @Test func `a fast database is held to the rate, a slow one to its part of the time`() {
        let pace = DrainPace(webhooksPerSecondMax: 2_000, busyPartMax: 0.5)
        #expect(pace.rest(after: 500, took: .milliseconds(50)) == .milliseconds(200))
        #expect(pace.rest(after: 500, took: .milliseconds(400)) == .milliseconds(400))
        #expect(pace.rest(after: 0, took: .zero) == .zero)
        let greedy = DrainPace(webhooksPerSecondMax: 1_000_000, busyPartMax: 1)
        #expect(greedy.rest(after: 500, took: .milliseconds(10)) == .zero)
    }
}
