import Synchronization
import Testing

@testable import Ingress

@Suite struct DirectWayTests {
    @Test func `before anything is known some may try, and an answer opens the way`() {
        let way = DirectWay()
        #expect(Self.admitted(way) == DirectWay.trialsMax)
        #expect(!way.isClosed)
        #expect(way.answered() == .open)
        #expect(Self.admitted(way) == 1_000)
    }

    @Test func `without a connection it is closed, and a connection opens it`() {
        let way = DirectWay()
        way.stored()
        way.failedToConnect()
        #expect(way.isClosed && Self.admitted(way) == 0)
        #expect(way.answered() == .open)
        #expect(!way.isClosed && Self.admitted(way) == 1_000)
    }

    @Test func `where it answered and did not store, only a stored batch opens it for all`() {
        let clock = Clock()
        let way = DirectWay { clock.now }
        way.stored()
        way.failedToStore()
        #expect(way.isClosed && Self.admitted(way) == 0)
        #expect(way.answered() == .closed && way.isClosed && Self.admitted(way) == 0, "not at once")
        clock.advance(by: DirectWay.trialPauseMin)
        #expect(way.answered() == .trial)
        #expect(!way.isClosed && Self.admitted(way) == DirectWay.trialsMax)
        #expect(way.answered() == .trial)
        #expect(Self.admitted(way) == DirectWay.trialsMax, "nothing came of those: some more may try")
        way.failedToStore()
        #expect(way.isClosed)
        clock.advance(by: DirectWay.trialPauseMax)
        #expect(way.answered() == .trial)
        way.stored()
        #expect(Self.admitted(way) == 1_000)
    }

    @Test func `a batch without another way has its trials no sooner`() {
        let clock = Clock()
        let way = DirectWay { clock.now }
        way.stored()
        #expect(way.beginTrial() == nil, "it is open")
        for pause in [1, 2, 4, 8, 16, 30, 30] {
            for _ in 0..<5 { way.failedToStore() }
            clock.advance(by: .seconds(pause) - .milliseconds(1))
            #expect(way.beginTrial()?.instant == clock.now.advanced(by: .milliseconds(1)), "\(pause)")
            clock.advance(by: .milliseconds(1))
            #expect(way.beginTrial() == nil, "\(pause)")
        }
        way.failedToStore()
        way.failedToConnect()
        #expect(way.beginTrial() == nil, "where nothing can be tried there is nothing to wait for")
    }

    @Test func `trials that fail come ever more seldom, until something is stored`() {
        let clock = Clock()
        let way = DirectWay { clock.now }
        way.stored()
        for pause in [1, 2, 4, 8, 16, 30, 30] {
            // The tries of a batch are one failure.
            for _ in 0..<5 { way.failedToStore() }
            clock.advance(by: .seconds(pause) - .milliseconds(1))
            #expect(way.answered() == .closed, "\(pause)")
            clock.advance(by: .milliseconds(1))
            #expect(way.answered() == .trial, "\(pause)")
        }
        // That no connection can be had, such as for want of slots, is no success.
        way.failedToStore()
        way.failedToConnect()
        #expect(way.answered() == .closed)
        clock.advance(by: DirectWay.trialPauseMax)
        #expect(way.answered() == .open)
        way.failedToStore()
        clock.advance(by: DirectWay.trialPauseMax - .milliseconds(1))
        #expect(way.answered() == .closed)
        clock.advance(by: .milliseconds(1))
        #expect(way.answered() == .trial)
        way.stored()
        way.failedToStore()
        clock.advance(by: DirectWay.trialPauseMin)
        #expect(way.answered() == .trial, "a success begins anew")
    }

    private static func admitted(_ way: DirectWay) -> Int { (0..<1_000).count { _ in way.admits() } }

    private final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now.advanced(by: .seconds(1)))

        var now: ContinuousClock.Instant { time.withLock { $0 } }

        func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
    }
}
