import Testing

@testable import Runtime

@Suite struct ReadinessTests {
    @Test func `without checks a process is ready until it drains`() {
        let readiness = Readiness()
        #expect(readiness.isReady && !readiness.isDraining)
        readiness.beginDrain()
        #expect(!readiness.isReady && readiness.isDraining)
        #expect(readiness.obstacles == ["draining"])
    }

    @Test func `a check fails until it is set, and again when it is unset`() {
        let readiness = Readiness()
        let first = readiness.addCheck("first")
        let second = readiness.addCheck("second")
        #expect(readiness.obstacles == ["first", "second"])
        first.set(true)
        second.set(true)
        #expect(readiness.isReady)
        first.set(false)
        readiness.beginDrain()
        #expect(readiness.obstacles == ["draining", "first"])
    }
}
