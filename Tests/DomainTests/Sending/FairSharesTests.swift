import Domain
import Testing

struct FairSharesTests {
    @Test(
        arguments: [
            // (waiting, in flight) of accounts 0, 1, …; free; calls at most; shares
            ([], 10, 10, []), ([(5, 0)], 10, 10, [5]), ([(50, 0)], 10, 10, [10]), ([(50, 7)], 3, 10, [3]),
            ([(0, 3), (0, 0)], 7, 10, [0, 0]), ([(9, 0), (9, 0)], 0, 10, [0, 0]), ([(9, 0)], -1, 10, [0]),
            ([(1_000, 0), (1, 0)], 10, 10, [9, 1]), ([(1_000, 0), (1_000, 0)], 10, 10, [5, 5]),
            ([(1_000, 0), (2, 0), (1_000, 0)], 10, 10, [4, 2, 4]), ([(9, 0), (9, 0), (9, 0)], 2, 10, [1, 1, 0]),
            ([(9, 0), (9, 0), (9, 0)], 4, 10, [2, 1, 1]),
            // Two that wait share what there is, and nobody gets beyond the half.
            ([(9, 5), (9, 0)], 5, 10, [0, 5]), ([(9, 5), (9, 4)], 1, 10, [0, 1]), ([(9, 8), (9, 0)], 2, 10, [0, 2]),
            ([(9, 3), (9, 3)], 4, 10, [2, 2]), ([(9, 0), (9, 0)], 7, 7, [3, 3]),
            // Once the other is served in full, nobody waits behind the first.
            ([(9, 5), (1, 0)], 5, 10, [4, 1]), ([(9, 5), (0, 3)], 2, 10, [2, 0]),
            // At least one call each, however few there are.
            ([(9, 0), (9, 0)], 1, 1, [1, 0]), ([(9, 1), (9, 0)], 1, 1, [0, 1]), ([(9, 0), (9, 0)], 3, 0, [1, 1]),
            ([(.max, 0), (.max, 0)], .max, .max, [.max / 2, .max / 2]), ([(.max, .max)], .max, .max, [.max]),
            ([(-4, -4), (3, 0)], 9, 4, [0, 3]),
        ] as [([(Int, Int)], Int, Int, [Int])])
    func `shares of these loads`(loads: [(Int, Int)], free: Int, callsMax: Int, expected: [Int]) {
        let accounts = loads.enumerated().map { place, load in
            SharerLoad(sharer: "account-\(place)", waiting: load.0, inFlight: load.1)
        }
        let shares = fairShares(accounts, free: free, callsMax: callsMax)
        #expect(shares.map(\.sharer) == accounts.indices.filter { expected[$0] > 0 }.map { accounts[$0].sharer })
        #expect(shares.map(\.count) == expected.filter { $0 > 0 })
    }

    @Test func `shares are within what is free and what waits, and nobody has more than half while another waits`() {
        var random = SplitMix64(seed: 61)
        for _ in 0..<20_000 {
            let bed = random.bed()
            let shares = bed.shares
            #expect(shares.reduce(0, +) <= bed.free)
            let half = max(1, bed.callsMax / 2)
            for (place, load) in bed.loads.enumerated() {
                #expect(shares[place] <= load.waiting)
                let anotherIsLeft = bed.loads.indices.contains { $0 != place && shares[$0] < bed.loads[$0].waiting }
                if shares[place] > 0, anotherIsLeft { #expect(load.inFlight + shares[place] <= half) }
            }
        }
    }

    @Test func `where others wait too nobody has more than half, and all else is the same`() {
        var random = SplitMix64(seed: 64)
        for _ in 0..<20_000 {
            let bed = random.bed()
            let shares = Dictionary(
                uniqueKeysWithValues: fairShares(
                    bed.loads, free: bed.free, callsMax: bed.callsMax, keptForOthers: .max
                ).map { ($0.sharer, $0.count) })
            let half = max(1, bed.callsMax / 2)
            for (load, alone) in zip(bed.loads, bed.shares) {
                #expect(shares[load.sharer] ?? 0 == min(alone, max(0, half - load.inFlight)))
            }
        }
    }

    @Test func `nothing is left free that may be used`() {
        var random = SplitMix64(seed: 62)
        for _ in 0..<20_000 {
            let bed = random.bed()
            let shares = bed.shares
            guard shares.reduce(0, +) < bed.free else { continue }
            let left = bed.loads.indices.filter { shares[$0] < bed.loads[$0].waiting }
            #expect(left.count != 1, "who alone is left may take all")
            let half = max(1, bed.callsMax / 2)
            #expect(left.allSatisfy { bed.loads[$0].inFlight + shares[$0] >= half })
        }
    }

    @Test func `it is what giving one at a time in turn gives`() {
        var random = SplitMix64(seed: 63)
        for _ in 0..<20_000 {
            let bed = random.bed()
            let half = max(1, bed.callsMax / 2)
            var shares = bed.loads.map { _ in 0 }
            var left = bed.free
            var given = true
            while left > 0, given {
                given = false
                for (place, load) in bed.loads.enumerated()
                where left > 0 && shares[place] < load.waiting && load.inFlight + shares[place] < half {
                    shares[place] += 1
                    left -= 1
                    given = true
                }
            }
            let unserved = shares.indices.filter { shares[$0] < bed.loads[$0].waiting }
            if unserved.count == 1 {
                shares[unserved[0]] += min(left, bed.loads[unserved[0]].waiting - shares[unserved[0]])
            }
            #expect(bed.shares == shares)
        }
    }
}

private struct Bed {
    var loads: [SharerLoad]
    var free: Int
    var callsMax: Int

    /// By the place of the account; 0 where it got none.
    var shares: [Int] {
        let shares = Dictionary(
            uniqueKeysWithValues: fairShares(loads, free: free, callsMax: callsMax).map { ($0.sharer, $0.count) })
        return loads.map { shares[$0.sharer] ?? 0 }
    }
}

extension SplitMix64 {
    fileprivate mutating func bed() -> Bed {
        let callsMax = Int.random(in: 1...30, using: &self)
        var free = callsMax
        let loads = (0..<Int.random(in: 0...6, using: &self)).map { place in
            let inFlight = once(in: 2) ? 0 : Int.random(in: 0...free, using: &self)
            free -= inFlight
            let waiting = pick([0, 1, Int.random(in: 0...10, using: &self), 1_000])
            return SharerLoad(sharer: "account-\(place)", waiting: waiting, inFlight: inFlight)
        }
        return Bed(loads: loads, free: free, callsMax: callsMax)
    }
}
