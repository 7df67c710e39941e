import Domain
import Store
import TestSupport
import Testing

@testable import Alerting

@Suite struct `An account's part of the deliveries` {
    private static func endpoint(_ number: Int, of account: String, due: Int) -> DueEndpoint {
        DueEndpoint(id: EndpointID(rawValue: UInt128(number)), account: account, count: due)
    }

    @Test func `is shared by its endpoints, each in turn`() {
        var bound = AccountBound(countMax: 16)
        var due = (1...10).map { Self.endpoint($0, of: "a", due: 50) } + [Self.endpoint(11, of: "b", due: 50)]
        bound.cut(&due, perEndpointMax: 4, inFlight: [:], order: Array(due.indices))
        #expect(due.map(\.count) == [2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 4])
    }

    @Test func `goes first to those that have nothing in flight`() {
        var bound = AccountBound(countMax: 6)
        var due = (1...4).map { Self.endpoint($0, of: "a", due: 50) }
        let inFlight = [due[0].key: 2, due[1].key: 1]
        bound.cut(&due, perEndpointMax: 4, inFlight: inFlight, order: [0, 1, 2, 3])
        #expect(due.map(\.count) == [0, 1, 1, 1])
    }

    @Test func `counts what endpoints have in flight of which nothing more is due`() {
        var bound = AccountBound(countMax: 4)
        var first = [Self.endpoint(1, of: "a", due: 3)]
        bound.cut(&first, perEndpointMax: 4, inFlight: [:], order: [0])
        #expect(first.map(\.count) == [3])
        var second = [Self.endpoint(2, of: "a", due: 3)]
        bound.cut(&second, perEndpointMax: 4, inFlight: [first[0].key: 3], order: [0])
        #expect(second.map(\.count) == [1])
        // Ended, they are forgotten.
        var third = [Self.endpoint(2, of: "a", due: 9)]
        bound.cut(&third, perEndpointMax: 4, inFlight: [:], order: [0])
        #expect(third.map(\.count) == [4])
    }

    @Test(arguments: 0..<100)
    func `is never exceeded, nor left where something is due`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bound = AccountBound(countMax: 7)
        var inFlight: [String: Int] = [:]
        for _ in 0..<20 {
            let all = (1...12).map {
                Self.endpoint($0, of: "account-\($0 % 3)", due: .random(in: 0...6, using: &random))
            }
            var due = all
            bound.cut(
                &due, perEndpointMax: 4, inFlight: inFlight, order: due.indices.shuffled(using: &random))
            for one in due { inFlight[one.key, default: 0] += one.count }
            for account in Set(all.map(\.account)) {
                let places = all.indices.filter { all[$0].account == account }
                let held = places.map { inFlight[all[$0].key, default: 0] }
                #expect(held.reduce(0, +) <= 7 && held.allSatisfy { $0 <= 4 })
                let isLeft = places.contains { due[$0].count < all[$0].count && inFlight[all[$0].key, default: 0] < 4 }
                #expect(!isLeft || held.reduce(0, +) == 7)
            }
            for key in inFlight.keys { inFlight[key] = Int.random(in: 0...(inFlight[key] ?? 0), using: &random) }
        }
    }
}
