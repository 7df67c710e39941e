import TestSupport
import Testing

@testable import Runtime

private struct Sharer: ClaimSharer {
    var key: String
    var dueCount: Int
}

/// Sharers of one worker, and the claims that it makes.
private struct ClaimModel {
    /// In the database's order, which is not that of texts here.
    let keys: [String]
    var due: [String: Int] = [:]
    /// Those of which something is queued, whether due or not.
    var queued: Set<String> = []
    var inFlight: [String: Int] = [:]
    let limit: Int
    private(set) var window = ClaimWindow<Sharer>()

    init(_ count: Int, limit: Int, using random: inout SeededGenerator) {
        keys = (0..<count).map { "\($0)" }.shuffled(using: &random)
        self.limit = limit
    }

    /// Looks at the window, and gives out what a rate limit grants: `granted` of what was wanted, if any.
    mutating func claim(free: Int, granted: (Int) -> Int = { $0 }) -> [(sharer: String, count: Int)] {
        let start = keys.firstIndex(of: window.behind).map { $0 + 1 } ?? 0
        let countMax = window.countMax(free)
        var visited: [Sharer] = []
        for key in keys[start...] where queued.contains(key) {
            visited.append(Sharer(key: key, dueCount: min(due[key] ?? 0, countMax)))
            if visited.count == Int(ClaimWindow<Sharer>.visitedMax) { break }
        }
        _ = window.next(visited, countMax: countMax)
        let room = CallPermits.Room(free: free, limit: limit, bySharer: inFlight)
        var shares = window.shares(room)
        var given = free
        if !shares.isEmpty {
            let wanted = shares.reduce(0) { $0 + $1.count }
            let count = granted(wanted)
            if count == 0 { return [] }
            if count < wanted {
                given = count
                shares = window.shares(room, granted: count)
            }
        }
        window.gave(shares, of: given)
        for share in shares {
            due[share.sharer, default: 0] -= share.count
            inFlight[share.sharer, default: 0] += share.count
        }
        return shares
    }
}

@Suite struct `The turns of sharers` {
    @Test(arguments: [1, 2, 31, 32, 33, 100, 127, 128, 129, 300])
    func `go round all of them, whatever is granted at once`(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        var model = ClaimModel(count, limit: 64, using: &random)
        model.queued = Set(model.keys)
        for key in model.keys { model.due[key] = 1_000_000 }
        for _ in 0..<3 {
            var seen: [String] = []
            for _ in 0..<(2 * count + 1) where seen.count < count {
                seen += model.claim(free: 10, granted: { min($0, 1) }).map(\.sharer)
                model.inFlight = [:]
            }
            #expect(seen == model.keys)
        }
    }

    /// Nine do not divide by four: each claim has one to give to whoever comes first.
    @Test func `begin with another one at each claim, where all of them share it`() {
        var random = SeededGenerator(seed: 3)
        var model = ClaimModel(4, limit: 64, using: &random)
        model.queued = Set(model.keys)
        for key in model.keys { model.due[key] = 1_000_000 }
        var firsts: [String] = []
        var got: [String: Int] = [:]
        for _ in 0..<8 {
            let shares = model.claim(free: 9)
            firsts += shares.prefix(1).map(\.sharer)
            for share in shares { got[share.sharer, default: 0] += share.count }
            model.inFlight = [:]
        }
        #expect(firsts == model.keys + model.keys)
        #expect(got == Dictionary(uniqueKeysWithValues: model.keys.map { ($0, 18) }))
    }

    @Test func `leave one that waits on all that others have no need of, where all there are were looked at`() {
        var random = SeededGenerator(seed: 4)
        var model = ClaimModel(4, limit: 64, using: &random)
        model.queued = Set(model.keys)
        for _ in 0..<3 {
            model.due = [model.keys[1]: 3, model.keys[2]: 1_000_000]
            let shares = Dictionary(uniqueKeysWithValues: model.claim(free: 64).map { ($0.sharer, $0.count) })
            #expect(shares == [model.keys[1]: 3, model.keys[2]: 61])
            model.inFlight = [:]
        }
    }

    @Test func `are as many for one alone in its window as for one among many`() {
        var random = SeededGenerator(seed: 1)
        var model = ClaimModel(129, limit: 64, using: &random)
        model.queued = Set(model.keys)
        for key in model.keys { model.due[key] = 1_000_000 }
        var got: [String: Int] = [:]
        for _ in 0..<600 {
            for share in model.claim(free: 20) { got[share.sharer, default: 0] += share.count }
            model.inFlight = [:]
        }
        let counts = model.keys.map { got[$0] ?? 0 }
        #expect(counts.allSatisfy { $0 > 50 && abs($0 - counts[0]) <= 1 })
    }

    @Test func `are of one that waits alone as long as nobody else does`() {
        var random = SeededGenerator(seed: 1)
        var model = ClaimModel(300, limit: 64, using: &random)
        model.queued = Set(model.keys)
        model.due[model.keys[200]] = 1_000_000
        var counts: [Int] = []
        for _ in 0..<9 {
            counts += model.claim(free: 64).map(\.count)
            model.inFlight = [:]
        }
        // Whether others wait is not known before all were looked at once.
        #expect(counts == [2, 64, 64])
    }

    @Test func `of one that waits on are hardly fewer for others whose turns give them all they want`() {
        var random = SeededGenerator(seed: 2)
        var model = ClaimModel(300, limit: 64, using: &random)
        model.queued = Set(model.keys)
        var counts: [Int] = []
        for round in 0..<20 {
            model.due[model.keys[200]] = 1_000_000
            for place in 0..<10 { model.due[model.keys[(round + place * 29) % 199]] = 1 }
            for _ in 0..<3 {
                counts += model.claim(free: 64).filter { $0.sharer == model.keys[200] }.map(\.count)
                model.inFlight = [:]
            }
        }
        // All but what the ten had or may have need of.
        #expect(counts.count == 20 && counts.dropFirst().allSatisfy { $0 >= 44 })
    }

    /// Sends come and go, of new sharers, too; calls end when they do; now and then nothing is granted.
    @Test(arguments: 0..<12)
    func `come to each that waits within as many claims as there are sharers and windows`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = [5, 40, 140, 300][Int(seed % 4)]
        let limit = Int.random(in: 1...80, using: &random)
        var model = ClaimModel(count, limit: limit, using: &random)
        let claimsMax = count + count / Int(ClaimWindow<Sharer>.visitedMax) + 2
        let (busy, granting) = (Double.random(in: 0...1, using: &random), Int.random(in: 1...40, using: &random))
        var waited: [String: Int] = [:]
        for _ in 0..<(2 * count + 200) {
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let key = model.keys[Int.random(in: 0..<count, using: &random)]
                switch Double.random(in: 0...1, using: &random) {
                case ..<busy:
                    model.queued.insert(key)
                    model.due[key, default: 0] += Int.random(in: 1...50, using: &random)
                case ..<(0.5 + busy / 2): model.queued.insert(key)
                default: if model.due[key] ?? 0 == 0 { model.queued.remove(key) }
                }
            }
            // Others take what is due, too.
            if let key = model.keys.randomElement(using: &random), Bool.random(using: &random) { model.due[key] = 0 }
            for key in model.inFlight.keys {
                model.inFlight[key] = Int.random(in: 0...(model.inFlight[key] ?? 0), using: &random)
            }
            let free = limit - model.inFlight.values.reduce(0, +)
            guard free > 0 else { continue }
            let half = max(1, limit / 2)
            let before = model.inFlight
            var isLimited = false
            let shares = model.claim(free: Int.random(in: 1...free, using: &random)) { wanted in
                isLimited = Int.random(in: 0..<4, using: &random) == 0
                return isLimited ? 0 : Int.random(in: 1...min(wanted, granting), using: &random)
            }
            #expect(shares.allSatisfy { $0.count > 0 } && shares.count <= ClaimWindow<Sharer>.sharersMax)
            for share in shares { waited[share.sharer] = nil }
            for key in model.keys {
                // What has its part in flight waits for that.
                let waits = model.due[key] ?? 0 > 0 && before[key] ?? 0 < half
                if !waits { waited[key] = nil } else if !isLimited { waited[key, default: 0] += 1 }
            }
            #expect(waited.values.max() ?? 0 <= claimsMax)
        }
    }

    @Test(arguments: 0..<12)
    func `give nobody more than half while another waits, in whatever window, for which there would be no room`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        let count = [3, 40, 140, 300][Int(seed % 4)]
        let limit = Int.random(in: 1...80, using: &random)
        let half = max(1, limit / 2)
        var model = ClaimModel(count, limit: limit, using: &random)
        model.queued = Set(model.keys)
        for key in model.keys where Int.random(in: 0..<4, using: &random) == 0 {
            model.due[key] = Bool.random(using: &random) ? 1 : Int.random(in: 1...20, using: &random)
        }
        for _ in 0..<20_000 where model.due.values.contains(where: { $0 > 0 }) {
            for key in model.inFlight.keys {
                model.inFlight[key] = Int.random(in: 0...(model.inFlight[key] ?? 0), using: &random)
            }
            let free = limit - model.inFlight.values.reduce(0, +)
            guard free > 0 else { continue }
            for share in model.claim(free: free) where model.inFlight[share.sharer] ?? 0 > half {
                // Whoever waits in another window is served in full from what is left.
                let left = limit - model.inFlight.values.reduce(0, +)
                #expect(model.due.reduce(0) { $0 + ($1.key == share.sharer ? 0 : $1.value) } <= left)
            }
        }
        #expect(model.due.values.allSatisfy { $0 == 0 })
    }
}
