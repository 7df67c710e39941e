import Domain
import Testing

@testable import OutboxAPI
@testable import Store

@Suite struct AcceptMemoryTests {
    private let start = ContinuousClock.now
    private let shown = Timestamp(microseconds: 1_800_000_000_000_000)

    private func found(_ accounts: [String], _ prices: [(String, String)] = []) throws -> LockStandings.Output {
        LockStandings.Output(
            accounts: accounts.map { AccountStanding(name: $0, isPrepaid: true, currency: "USD", lastSeq: 9) },
            now: shown,
            prices: try prices.map {
                SMSPrice(currency: "USD", prefix: $0.0, costPerUnit: try #require(Amount($0.1)))
            })
    }

    private func facts(_ memory: AcceptMemory, _ accounts: Set<String>, after: Duration = .zero) -> AcceptFacts? {
        memory.facts(of: accounts, provider: "nxtele", waitMax: .seconds(60), at: start.advanced(by: after))
    }

    @Test func `only accounts that were seen are known, by their currency`() throws {
        var memory = AcceptMemory()
        #expect(facts(memory, ["a"]) == nil)
        memory.learn(try found(["a"]), prefixes: [""], at: start)
        #expect(facts(memory, ["a", "b"]) == nil)
        memory.learn(try found(["b"]), prefixes: [""], at: start)
        let known = try #require(facts(memory, ["a", "b"]))
        #expect(known.accounts["a"] == AccountStanding(name: "a", isPrepaid: false, currency: "USD"))
        #expect(known.accounts.count == 2)
    }

    @Test func `a look that found no account teaches nothing`() throws {
        var memory = AcceptMemory()
        memory.learn(LockStandings.Output(accounts: [], now: nil, prices: []), prefixes: [""], at: start)
        #expect(facts(memory, []) == nil)
    }

    @Test func `the database's clock goes on from where it was seen`() throws {
        var memory = AcceptMemory()
        memory.learn(try found(["a"]), prefixes: [""], at: start)
        let later = try #require(facts(memory, ["a"], after: .seconds(90)))
        #expect(later.now.microseconds == shown.microseconds + 90_000_000)
    }

    @Test func `prices are those found last, and none where none was found any more`() throws {
        var memory = AcceptMemory()
        memory.learn(try found(["a"], [("", "0.1"), ("25", "0.2")]), prefixes: ["", "2", "25"], at: start)
        memory.learn(try found(["a"], [("", "0.1"), ("49", "0.3")]), prefixes: ["", "4", "49"], at: start)
        func known(_ prefixes: [String]) throws -> [String] {
            let prices = try #require(facts(memory, ["a"])).prices
            return prices.prices(of: ["USD", "EUR"], prefixes: prefixes).map { "\($0.prefix) \($0.costPerUnit)" }
        }
        #expect(try known(["", "2", "25", "254"]) == [" 0.1", "25 0.2"])
        #expect(try known(["4", "49"]) == ["49 0.3"])
        memory.learn(try found(["a"], [("2", "0.4")]), prefixes: ["", "2", "25"], at: start)
        #expect(try known(["", "2", "25", "49"]) == ["2 0.4", "49 0.3"])
    }

    @Test func `with more than it holds it begins anew`() throws {
        var memory = AcceptMemory()
        let many = (1...AcceptMemory.accountsMax).map { "a\($0)" }
        memory.learn(try found(many), prefixes: [""], at: start)
        #expect(facts(memory, ["a1", many[many.count - 1]]) != nil)
        memory.learn(try found(["b"]), prefixes: [""], at: start)
        #expect(facts(memory, ["b"]) != nil)
        #expect(facts(memory, ["a1"]) == nil)
    }
}
