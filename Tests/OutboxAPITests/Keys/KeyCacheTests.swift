import Testing

@testable import OutboxAPI

@Suite struct KeyCacheTests {
    private let start = ContinuousClock.now
    private let principal = Principal(account: "a", userID: "u", scopes: .send)
    private let hash: [UInt8] = [1]

    private func cache(keysMax: Int = 3) -> KeyCache { KeyCache(holdTime: .seconds(4), keysMax: keysMax) }

    @Test func `a finding holds for a while and no longer`() {
        var cache = cache()
        #expect(cache.find(hash, at: start) == .unknown)
        cache.keep(principal, for: hash, at: start)
        #expect(cache.find(hash, at: start + .seconds(1)) == .good(principal))
        #expect(cache.find(hash, at: start + .seconds(4)) == .unknown)
        cache.keep(nil, for: hash, at: start + .seconds(4))
        #expect(cache.find(hash, at: start + .seconds(7)) == .bad)
        #expect(cache.find(hash, at: start + .seconds(8)) == .unknown)
    }

    @Test func `one caller looks a busy key up anew while it still holds`() {
        var cache = cache()
        cache.keep(principal, for: hash, at: start)
        #expect(cache.find(hash, at: start + .seconds(2)) == .good(principal))
        #expect(cache.find(hash, at: start + .milliseconds(2_100)) == .refresh(principal, [hash]))
        #expect(cache.find(hash, at: start + .milliseconds(2_200)) == .good(principal))
        // Whoever did has not come back.
        #expect(cache.find(hash, at: start + .milliseconds(3_000)) == .good(principal))
        #expect(cache.find(hash, at: start + .milliseconds(3_100)) == .refresh(principal, [hash]))
        cache.keep(principal, for: hash, at: start + .seconds(3))
        #expect(cache.find(hash, at: start + .seconds(4)) == .good(principal))
        cache.keep(nil, for: hash, at: start + .seconds(4))
        #expect(cache.find(hash, at: start + .seconds(4)) == .bad)
    }

    @Test func `keys that get old together are looked up together, by whoever comes a little later`() {
        var cache = cache()
        let others: [[UInt8]] = [[2], [3]]
        for key in [hash] + others { cache.keep(principal, for: key, at: start) }
        let old = start + .milliseconds(2_000)
        for key in [hash] + others { #expect(cache.find(key, at: old) == .good(principal)) }
        #expect(cache.find([3], at: old + .milliseconds(99)) == .good(principal))
        #expect(cache.find([3], at: old + KeyCache.refreshDelay) == .refresh(principal, [hash] + others))
        // None of them is looked up twice, and none outlives its time.
        #expect(cache.find(hash, at: old + .milliseconds(300)) == .good(principal))
        for key in [hash] + others { #expect(cache.find(key, at: start + .seconds(4)) == .unknown) }
    }

    @Test func `as many keys as one look-up takes do not wait for it`() {
        var cache = cache(keysMax: 1_000)
        let keys = (0..<KeyCache.refreshKeysMax).map { [UInt8($0 / 256), UInt8($0 % 256)] }
        for key in keys { cache.keep(principal, for: key, at: start) }
        let old = start + .seconds(2)
        for key in keys.dropLast() { #expect(cache.find(key, at: old) == .good(principal)) }
        #expect(cache.find(keys[keys.count - 1], at: old) == .refresh(principal, keys))
    }

    @Test func `a flood of guesses is bounded and drives out no good key`() {
        var cache = cache()
        cache.keep(principal, for: hash, at: start)
        for guess in 0..<100 { cache.keep(nil, for: [2, UInt8(guess)], at: start) }
        #expect(cache.count <= 4)
        #expect(cache.find(hash, at: start) == .good(principal))
    }

    @Test func `good keys are bounded, old ones going first`() {
        var cache = cache()
        for key in 0..<3 { cache.keep(principal, for: [UInt8(key)], at: start) }
        cache.keep(principal, for: [9], at: start + .seconds(4))
        #expect(cache.count == 1)
        for key in 0..<100 { cache.keep(principal, for: [UInt8(key)], at: start + .seconds(4)) }
        #expect(cache.count <= 3)
    }

    @Test(
        arguments: [
            ("Bearer abc", "abc"), ("bearer  abc", "abc"), ("BEARER a b", "a b"), ("Bearer ", nil), ("Bearer", nil),
            ("", nil), ("Basic abc", nil), ("Bearer\tabc", nil), ("Bearerabc", nil),
            ("Bearer " + String(repeating: "x", count: 257), nil),
        ] as [(String, String?)])
    func `the key stands behind Bearer`(field: String, key: String?) {
        #expect(APIKeys.key(in: field) == key.map { Array($0.utf8) })
    }
}
