import Testing

@testable import Ingress

@Suite struct DirectWayTests {
    @Test func `before anything is known some may try, and an answer opens the way`() {
        let way = DirectWay()
        #expect(Self.admitted(way) == DirectWay.trialsMax)
        #expect(!way.isClosed)
        way.answered()
        #expect(Self.admitted(way) == 1_000)
    }

    @Test func `without a connection it is closed, and a connection opens it`() {
        let way = DirectWay()
        way.stored()
        way.failedToConnect()
        #expect(way.isClosed && Self.admitted(way) == 0)
        way.answered()
        #expect(!way.isClosed && Self.admitted(way) == 1_000)
    }

    @Test func `where it answered and did not store, only a stored batch opens it for all`() {
        let way = DirectWay()
        way.stored()
        way.failedToStore()
        #expect(way.isClosed && Self.admitted(way) == 0)
        way.answered()
        #expect(!way.isClosed && Self.admitted(way) == DirectWay.trialsMax)
        way.answered()
        #expect(Self.admitted(way) == DirectWay.trialsMax, "nothing came of those: some more may try")
        way.failedToStore()
        #expect(way.isClosed)
        way.answered()
        way.stored()
        #expect(Self.admitted(way) == 1_000)
    }

    private static func admitted(_ way: DirectWay) -> Int { (0..<1_000).count { _ in way.admits() } }
}
