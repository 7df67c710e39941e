import Domain
import Testing

@testable import OutboxAPI
@testable import Store

@Suite struct AcceptCacheTests {
    private let start = ContinuousClock.now
    private let shown = Timestamp(microseconds: 1_800_000_000_000_000)

    private func found(_ accounts: [String], _ prices: [(String, String)] = []) throws -> LockStandings.Output {
        LockStandings.Output(
            accounts: accounts.map { AccountStanding(name: $0, isPrepaid: true, currency: "USD") },
            now: shown,
            prices: try prices.map {
                SMSPrice(currency: "USD", prefix: $0.0, costPerUnit: try #require(Amount($0.1)))
            })
    }

    private func facts(_ cache: AcceptCache, _ accounts: Set<String>, after: Duration = .zero) -> AcceptFacts? {
        cache.facts(of: accounts, provider: "nxtele", waitMax: .seconds(60), at: start.advanced(by: after))
    }

    @Test func `only accounts that were seen are known, by their currency`() throws {
        var cache = AcceptCache()
        #expect(facts(cache, ["a"]) == nil)
        cache.learn(try found(["a"]), prefixes: [""], from: start, to: start)
        #expect(facts(cache, ["a", "b"]) == nil)
        cache.learn(try found(["b"]), prefixes: [""], from: start, to: start)
        let known = try #require(facts(cache, ["a", "b"]))
        #expect(known.accounts["a"] == AccountStanding(name: "a", isPrepaid: false, currency: "USD"))
        #expect(known.accounts.count == 2)
    }

    @Test func `a look that found no account teaches nothing`() throws {
        var cache = AcceptCache()
        cache.learn(LockStandings.Output(accounts: [], now: nil, prices: []), prefixes: [""], from: start, to: start)
        #expect(facts(cache, []) == nil)
    }

    @Test func `the database's clock goes on from where it was seen`() throws {
        var cache = AcceptCache()
        cache.learn(try found(["a"]), prefixes: [""], from: start, to: start)
        let later = try #require(facts(cache, ["a"], after: .seconds(90)))
        #expect(later.now.microseconds == shown.microseconds + 90_000_000)
    }

    @Test(arguments: [(200, true), (201, false)])
    func `a clock that was seen too long ago when the answer came is not known`(
        milliseconds: Int, isKnown: Bool
    ) throws {
        var cache = AcceptCache(clockErrorMax: .milliseconds(200))
        cache.learn(try found(["a"]), prefixes: [""], from: start, to: start)
        let end = start.advanced(by: .milliseconds(milliseconds))
        cache.learn(try found(["a"]), prefixes: [""], from: start, to: end)
        let known = cache.facts(of: ["a"], provider: "nxtele", waitMax: .seconds(60), at: end)
        #expect(
            known?.now.microseconds == (isKnown ? shown.microseconds + Int64(milliseconds) * 1_000 : nil as Int64?))
    }

    @Test func `prices are those found last, and none where none was found any more`() throws {
        var cache = AcceptCache()
        cache.learn(try found(["a"], [("", "0.1"), ("25", "0.2")]), prefixes: ["", "2", "25"], from: start, to: start)
        cache.learn(try found(["a"], [("", "0.1"), ("49", "0.3")]), prefixes: ["", "4", "49"], from: start, to: start)
        func known(_ prefixes: [String]) throws -> [String] {
            let prices = try #require(facts(cache, ["a"])).prices
            return prices.prices(of: ["USD", "EUR"], prefixes: prefixes).map { "\($0.prefix) \($0.costPerUnit)" }
        }
        #expect(try known(["", "2", "25", "254"]) == [" 0.1", "25 0.2"])
        #expect(try known(["4", "49"]) == ["49 0.3"])
        cache.learn(try found(["a"], [("2", "0.4")]), prefixes: ["", "2", "25"], from: start, to: start)
        #expect(try known(["", "2", "25", "49"]) == ["2 0.4", "49 0.3"])
    }

    @Test func `with more accounts than it holds it begins anew`() throws {
        var cache = AcceptCache()
        let many = (1...AcceptCache.accountsMax).map { "a\($0)" }
        cache.learn(try found(many), prefixes: [""], from: start, to: start)
        // Those it knows already take no room.
        cache.learn(try found(["a1", "a2"]), prefixes: [""], from: start, to: start)
        #expect(facts(cache, ["a3", many[many.count - 1]]) != nil)
        cache.learn(try found(["b"]), prefixes: [""], from: start, to: start)
        #expect(facts(cache, ["b"]) != nil)
        #expect(facts(cache, ["a1"]) == nil)
    }

    @Test func `with more prices than it holds it begins anew`() throws {
        var cache = AcceptCache()
        let many = (1...AcceptCache.pricesMax).map { ("\($0)", "0.1") }
        cache.learn(try found(["a"], many), prefixes: many.map(\.0), from: start, to: start)
        #expect(facts(cache, ["a"])?.prices.count == AcceptCache.pricesMax)
        cache.learn(try found(["a"], [("00", "0.2")]), prefixes: ["00"], from: start, to: start)
        #expect(facts(cache, ["a"])?.prices.count == 1)
    }
}
