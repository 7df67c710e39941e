import Domain
import Testing

@testable import Sending

@Suite struct `First looks for attempts` {
    private static let start = ContinuousClock.now

    private func first(_ looks: inout FirstLooks, _ number: Int, at second: Int) -> Int64 {
        let first = looks.first(
            AttemptID(rawValue: UInt128(number)), now: Self.start.advanced(by: .seconds(second)))
        return Self.start.duration(to: first).components.seconds
    }

    @Test func `stand, and are forgotten where very many others were looked for since`() {
        var looks = FirstLooks()
        #expect(first(&looks, 1, at: 1) == 1)
        #expect(first(&looks, 2, at: 2) == 2)
        #expect(first(&looks, 1, at: 3) == 1)
        // As many as are remembered at least; one of the two is looked for now and then.
        for number in 3...FirstLooks.countMax { _ = first(&looks, number, at: 4) }
        #expect(first(&looks, FirstLooks.countMax + 1, at: 5) == 5)
        #expect(first(&looks, 1, at: 6) == 1)
        for number in 1...FirstLooks.countMax { _ = first(&looks, FirstLooks.countMax + number, at: 7) }
        #expect(first(&looks, 1, at: 8) == 1)
        #expect(first(&looks, 2, at: 9) == 9)
    }
}
