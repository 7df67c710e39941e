import Testing

@testable import OutboxAPI

@Suite struct KeyLookUpsTests {
    private typealias LookUps = KeyLookUps<Int>

    private let start = ContinuousClock.now
    private let hash: [UInt8] = [1]

    private func lookUps(
        lookUpsMax: Int = 1, keysMax: Int = 3, waitersMax: Int = 100, timeout: Duration = .seconds(2)
    ) -> LookUps {
        LookUps(
            timeout: timeout, cache: KeyCache(holdTime: .seconds(4), keysMax: 100), lookUpsMax: lookUpsMax,
            keysMax: keysMax, waitersMax: waitersMax)
    }

    private func principal(_ hash: [UInt8]) -> Principal {
        Principal(account: "a", userID: "u\(hash)", scopes: .send)
    }

    /// All of them, and a key that is in no look-up.
    private func found(_ hashes: [[UInt8]]) -> [[UInt8]: Principal] {
        Dictionary(uniqueKeysWithValues: (hashes + [[255]]).map { ($0, principal($0)) })
    }

    private func answers(_ step: LookUps.Step) -> [Int: APIKeys.Caller] {
        Dictionary(uniqueKeysWithValues: step.answers.map { ($0.waiter, $0.answer) })
    }

    @Test func `on an idle process a key is looked up at once`() throws {
        var lookUps = lookUps()
        for round in 0..<3 {
            let lookUp = try #require(lookUps.add(round, for: hash, at: start + .seconds(round)).lookUp)
            #expect(lookUp.hashes == [hash])
            #expect(lookUp.begunAt == start + .seconds(round))
            #expect(lookUp.until == start + .seconds(round + 2))
            let step = lookUps.end(lookUp, found: found([hash]), at: start + .seconds(round))
            #expect(answers(step) == [round: .known(principal(hash))])
            #expect(step.lookUp == nil)
            #expect(lookUps.waiterCount == 0)
        }
    }

    @Test(
        arguments: [
            (1, [1]), (2, [1, 1]), (4, [1, 3]), (5, [1, 3, 1]), (9, [1, 3, 3, 2]),
        ] as [(Int, [Int])])
    func `those that come while one is under way are the next ones, in the order they came`(
        keys: Int, expected: [Int]
    ) {
        var lookUps = lookUps()
        var next = lookUps.add(0, for: [0], at: start).lookUp
        for key in 1..<max(1, keys) { #expect(lookUps.add(key, for: [UInt8(key)], at: start).lookUp == nil) }
        #expect(lookUps.waiterCount == keys)
        var (sizes, answered): ([Int], Int) = ([], 0)
        while let lookUp = next {
            sizes.append(lookUp.hashes.count)
            #expect(Set(lookUp.hashes) == Set((answered..<answered + lookUp.hashes.count).map { [UInt8($0)] }))
            let step = lookUps.end(lookUp, found: found(lookUp.hashes), at: start)
            for (waiter, answer) in step.answers { #expect(answer == .known(principal([UInt8(waiter)]))) }
            answered += step.answers.count
            next = step.lookUp
        }
        #expect(sizes == expected)
        #expect(answered == keys)
        #expect(lookUps.waiterCount == 0)
    }

    @Test(arguments: [1, 2, 3])
    func `so many are under way at most, and one that hangs does not hold up the others`(lookUpsMax: Int) throws {
        var lookUps = lookUps(lookUpsMax: lookUpsMax)
        let begun = (0..<5).map { lookUps.add($0, for: [UInt8($0)], at: start).lookUp }
        #expect(begun.map { $0 != nil } == (0..<5).map { $0 < lookUpsMax })
        var last = try #require(begun[lookUpsMax - 1])
        while let next = lookUps.end(last, found: [:], at: start).lookUp { last = next }
        #expect(lookUps.waiterCount == lookUpsMax - 1)
    }

    @Test func `several callers of a key share its look-up, before and while it is under way`() throws {
        var lookUps = lookUps()
        let first = try #require(lookUps.add(0, for: hash, at: start).lookUp)
        for waiter in 1...2 { #expect(lookUps.add(waiter, for: hash, at: start + .seconds(1)).lookUp == nil) }
        for waiter in 3...9 { #expect(lookUps.add(waiter, for: [2], at: start + .seconds(1)).lookUp == nil) }
        var step = lookUps.end(first, found: found([hash]), at: start + .seconds(1))
        #expect(answers(step) == Dictionary(uniqueKeysWithValues: (0...2).map { ($0, .known(principal(hash))) }))
        let second = try #require(step.lookUp)
        #expect(second.hashes == [[2]])
        step = lookUps.end(second, found: [:], at: start + .seconds(1))
        #expect(answers(step) == Dictionary(uniqueKeysWithValues: (3...9).map { ($0, .unknown) }))
        #expect(step.lookUp == nil)
    }

    @Test(arguments: [(3_999, true), (4_000, false)])
    func `nobody shares one that began so long ago that what it finds does not hold`(
        milliseconds: Int, shares: Bool
    ) throws {
        var lookUps = lookUps(timeout: .seconds(60))
        let first = try #require(lookUps.add(0, for: hash, at: start).lookUp)
        let later = start + .milliseconds(milliseconds)
        #expect(lookUps.add(1, for: hash, at: later).lookUp == nil)
        let step = lookUps.end(first, found: found([hash]), at: later)
        #expect(Set(answers(step).keys) == (shares ? [0, 1] : [0]))
        #expect(step.lookUp?.begunAt == (shares ? nil : later))
    }

    @Test func `a finding holds from when its look-up began`() throws {
        var lookUps = lookUps(keysMax: 2)
        let first = try #require(lookUps.add(0, for: hash, at: start).lookUp)
        for key in 2...3 { _ = lookUps.add(key, for: [UInt8(key)], at: start + .milliseconds(500)) }
        let second = try #require(lookUps.end(first, found: found([hash]), at: start + .seconds(1)).lookUp)
        _ = lookUps.end(second, found: found([[2]]), at: start + .seconds(2))
        #expect(lookUps.cache.find(hash, at: start + .milliseconds(3_999)) != .unknown)
        #expect(lookUps.cache.find(hash, at: start + .seconds(4)) == .unknown)
        let findings: [(UInt8, KeyCache.Finding)] = [(2, .good(principal([2]))), (3, .bad)]
        for (key, finding) in findings {
            #expect(lookUps.cache.find([key], at: start + .milliseconds(2_999)) == finding)
            #expect(lookUps.cache.find([key], at: start + .seconds(5)) == .unknown)
        }
    }

    @Test func `a look-up that fails is unavailable to those who wait for it, and to nobody else`() throws {
        var lookUps = lookUps(keysMax: 1)
        let first = try #require(lookUps.add(0, for: hash, at: start).lookUp)
        for (waiter, key) in [(1, 1), (2, 2), (3, 3)] {
            #expect(lookUps.add(waiter, for: [UInt8(key)], at: start).lookUp == nil)
        }
        var step = lookUps.end(first, found: nil, at: start)
        #expect(answers(step) == [0: .unavailable, 1: .unavailable])
        #expect(lookUps.cache.count == 0)
        for waiter in 2...3 {
            let key = [UInt8(waiter)]
            step = lookUps.end(try #require(step.lookUp), found: found([key]), at: start)
            #expect(answers(step) == [waiter: .known(principal(key))])
        }
    }

    @Test(arguments: [1, 2, 3, 4])
    func `so many wait as there is room for, and not one more`(waitersMax: Int) throws {
        var lookUps = lookUps(waitersMax: waitersMax)
        var first: LookUps.LookUp?
        // One is looked up, one shares that, the others wait.
        for (waiter, key) in [1, 1, 2, 2, 3].enumerated() {
            let step = lookUps.add(waiter, for: [UInt8(key)], at: start)
            first = first ?? step.lookUp
            #expect(answers(step) == (waiter < waitersMax ? [:] : [waiter: .unavailable]))
        }
        #expect(lookUps.waiterCount == waitersMax)
        _ = lookUps.end(try #require(first), found: [:], at: start)
        #expect(answers(lookUps.add(9, for: [9], at: start)) == [:])
    }

    @Test(
        arguments: [
            (1_000, [1, 2, 3], 2_000), (1_001, [2, 3], 2_500), (1_500, [2, 3], 2_500), (1_501, [3], 3_000),
            (2_000, [3], 3_000), (2_001, [], nil),
        ] as [(Int, Set<Int>, Int?)])
    func `who has waited for half the time is in no look-up any more, and one ends with the time of its first`(
        milliseconds: Int, taken: Set<Int>, until: Int?
    ) throws {
        var lookUps = lookUps()
        let first = try #require(lookUps.add(0, for: hash, at: start).lookUp)
        // Of the two that have the same key each has its own time.
        for (waiter, key, since) in [(1, 2, 0), (2, 3, 500), (3, 2, 1_000)] {
            _ = lookUps.add(waiter, for: [UInt8(key)], at: start + .milliseconds(since))
        }
        let step = lookUps.end(first, found: [:], at: start + .milliseconds(milliseconds))
        let late = Set(1...3).subtracting(taken).map { ($0, APIKeys.Caller.unavailable) }
        #expect(answers(step) == Dictionary(uniqueKeysWithValues: late + [(0, .unknown)]))
        #expect(step.lookUp.map { Set($0.waiters.values.joined()) } ?? [] == taken)
        #expect(step.lookUp?.until == until.map { start + .milliseconds($0) })
        #expect(lookUps.waiterCount == taken.count)
    }

    @Test func `a flood of guesses keeps a good key waiting for so many look-ups as those before it fill`() throws {
        var lookUps = lookUps(lookUpsMax: 2, keysMax: 10)
        var last = lookUps.add(0, for: [0], at: start).lookUp
        for guess in 1..<99 { last = lookUps.add(guess, for: [UInt8(guess)], at: start).lookUp ?? last }
        #expect(lookUps.add(99, for: [99], at: start).lookUp == nil)
        #expect(answers(lookUps.add(100, for: [100], at: start)) == [100: .unavailable])
        var (count, guess) = (0, 100)
        while let lookUp = last, !lookUp.hashes.contains([99]) {
            let step = lookUps.end(lookUp, found: [:], at: start)
            count += 1
            last = step.lookUp
            // For each that is answered there is another guess at once.
            for _ in step.answers {
                _ = lookUps.add(guess, for: [UInt8(guess / 256), UInt8(guess % 256)], at: start)
                guess += 1
            }
        }
        #expect(last != nil)
        #expect(count == 10)
    }
}
