import PostgresClient
import TestSupport
import Testing

@testable import Runtime

private func refusal(_ code: String) -> PostgresError { PostgresError(.server(SQLState(code)), statement: "test") }

@Suite struct `The search for what made a batch fail` {
    /// Numbers of a batch that fail, each with its own code; what passes is kept.
    private final class Batch {
        var bad: [Int64: String]
        var passed: [Int64] = []
        var attempts = 0
        init(_ bad: [Int64: String]) { self.bad = bad }

        func attempt(_ seqs: [Int64]) throws -> Int {
            attempts += 1
            if let code = seqs.compactMap({ bad[$0] }).first { throw refusal(code) }
            passed += seqs
            return seqs.count
        }
    }

    @Test(arguments: [2, 3, 7, 64, 500])
    func `finds each one, and lets every other pass exactly once`(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        for badCount in [1, 2, min(5, count - 1)] {
            let seqs = (1...count).map { Int64($0 * 3) }
            let codes = ["23514", "22003", "54000", "55P03", "57014", "XX000"]
            let chosen = seqs.shuffled(using: &random).prefix(badCount)
            let bad = Dictionary(
                uniqueKeysWithValues: chosen.map { ($0, codes.randomElement(using: &random) ?? "23514") })
            let batch = Batch(bad)
            var findings = BatchIsolation<Int64>.Findings()
            try BatchIsolation(attempt: batch.attempt).search(
                seqs, cause: refusal(bad.values.first ?? ""), into: &findings)
            #expect(batch.passed.sorted() == seqs.filter { bad[$0] == nil })
            #expect(findings.passed == count - bad.count)
            let blamed = bad.filter { ["22", "23", "54"].contains($0.value.prefix(2)) }
            #expect(findings.refused.map(\.key).sorted() == blamed.keys.sorted())
            #expect(findings.refused.allSatisfy { $0.cause.sqlState?.code == blamed[$0.key] })
            #expect(findings.left.sorted() == bad.keys.filter { blamed[$0] == nil }.sorted())
            // Two attempts at each of the halvings, for each bad one.
            #expect(batch.attempts <= 2 * badCount * (Int.bitWidth - count.leadingZeroBitCount))
        }
    }

    @Test func `of one alone needs no attempt`() throws {
        let batch = Batch([7: "23514"])
        var findings = BatchIsolation<Int64>.Findings()
        try BatchIsolation(attempt: batch.attempt).search([7], cause: refusal("23514"), into: &findings)
        #expect(findings.refused.map(\.key) == [7] && findings.passed == 0 && batch.attempts == 0)
    }

    @Test(arguments: ["40P01", "40001", "53100", "42P01", "42501", "57P01", "08006"])
    func `ends where the failure is no row's doing`(code: String) {
        #expect(!refusal(code).isRowsDoing)
        let batch = Batch([1: "23514", 5: code])
        var findings = BatchIsolation<Int64>.Findings()
        #expect(throws: refusal(code)) {
            try BatchIsolation(attempt: batch.attempt).search([1, 2, 5, 6], cause: refusal("23514"), into: &findings)
        }
        // What was found until then stands.
        #expect(findings.refused.map(\.key) == [1] && findings.passed == 1)
    }

    @Test(arguments: [1, 2, 5, 20])
    func `tries nothing more once it is over, and tells what it did not come to`(attemptsMax: Int) throws {
        let seqs = (1...100).map(Int64.init)
        let batch = Batch(Dictionary(uniqueKeysWithValues: seqs.filter { $0 % 2 == 0 }.map { ($0, "55P03") }))
        var findings = BatchIsolation<Int64>.Findings()
        let search = BatchIsolation(isOver: { batch.attempts >= attemptsMax }, attempt: batch.attempt)
        try search.search(seqs, cause: refusal("55P03"), into: &findings)
        #expect(batch.attempts == attemptsMax && !findings.unsearched.isEmpty)
        #expect((batch.passed + findings.left + findings.unsearched).sorted() == seqs)
    }

    @Test func `does not take a lost connection for a row's doing`() {
        let reasons: [PostgresError.Reason] = [
            .connectionLost, .deadlinePassed, .commitInDoubt, .cancelled, .closed, .misused,
        ]
        for reason in reasons {
            #expect(!PostgresError(reason, statement: "test").isRowsDoing)
        }
        #expect(PostgresError(.unexpectedResult, statement: "test").isRowsDoing)
    }
}

@Suite struct `What is passed over for a while` {
    private let start = ContinuousClock.now

    @Test func `is known to have failed before others passed, also when it is tried again`() {
        var passedOver = PassedOver<Int64>()
        func at(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }
        passedOver.add([1], now: at(0))
        passedOver.add([2], now: at(50))
        #expect(!passedOver.hasFailed(1, before: nil))
        #expect(!passedOver.hasFailed(3, before: at(70)))
        #expect(passedOver.hasFailed(1, before: at(40)) && !passedOver.hasFailed(2, before: at(40)))
        // Failing again does not make it younger, and does not end its being passed over.
        passedOver.add([1], now: at(61))
        #expect(passedOver.hasFailed(1, before: at(40)))
        #expect(passedOver.current(now: at(115)) == [1])
        #expect(passedOver.current(now: at(125)) == [])
        #expect(passedOver.hasFailed(1, before: at(40)))
    }

    /// Seconds since its first failure at which it fails, and for how many it is passed over then.
    @Test(arguments: [(0, 5), (3, 5), (5, 5), (6, 6), (20, 20), (59, 59), (60, 60), (61, 60), (86_400, 60)])
    func `is tried again after as long as it has been failing, five seconds to a minute`(age: Int, span: Int) {
        var passedOver = PassedOver<Int64>()
        let failure = start.advanced(by: .seconds(age))
        passedOver.add([1], now: start)
        passedOver.add([1, 2], now: failure)
        let end = failure.advanced(by: .seconds(span))
        #expect(passedOver.current(now: end.advanced(by: .milliseconds(-1))).contains(1))
        #expect(!passedOver.current(now: end).contains(1))
        // Another one's age is not its own.
        #expect(passedOver.current(now: failure.advanced(by: .seconds(4))).contains(2))
        #expect(!passedOver.current(now: failure.advanced(by: .seconds(5))).contains(2))
    }

    @Test func `is tried again after a span of its own, where it has one`() {
        var passedOver = PassedOver<Int64>()
        passedOver.add([1, 2], now: start, span: .seconds(2))
        passedOver.add([3], now: start)
        #expect(passedOver.current(now: start.advanced(by: .seconds(1))) == [1, 2, 3])
        #expect(passedOver.current(now: start.advanced(by: .seconds(3))) == [3])
        // Its span is that of its last failure.
        passedOver.add([3], now: start.advanced(by: .seconds(3)), span: .seconds(1))
        #expect(passedOver.current(now: start.advanced(by: .seconds(4))) == [])
    }

    @Test func `is bounded, the oldest making room`() {
        var passedOver = PassedOver<Int64>()
        passedOver.add(Array(1...Int64(PassedOver<Int64>.countMax)), now: start)
        passedOver.add([-1, -2], now: start)
        let current = passedOver.current(now: start)
        #expect(current.count == PassedOver<Int64>.countMax)
        #expect(current.first == 3 && current.suffix(2) == [-1, -2])
    }
}
