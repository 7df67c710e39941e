import Testing

@testable import Runtime

@Suite struct `Reports that wait` {
    private let start = ContinuousClock.now

    private func take(_ pending: PendingReports<Int>, at seconds: Int) -> [Int]? {
        switch pending.take(2, now: start.advanced(by: .seconds(seconds))) {
        case .batch(let batch): batch
        case .left(let report): [report]
        case nil: nil
        }
    }

    @Test func `are taken in the order they came, by one who writes`() {
        let pending = PendingReports<Int>()
        #expect(pending.add([1, 2, 3]))
        #expect(!pending.add([4]))
        #expect(pending.count == 4)
        #expect(take(pending, at: 0) == [1, 2])
        #expect(take(pending, at: 0) == [3, 4])
        #expect(take(pending, at: 0) == nil)
        #expect(pending.add([5]))
    }

    @Test func `are taken again one by one, between the batches of others, once they are due`() {
        let pending = PendingReports<Int>()
        #expect(pending.add([1, 2, 3, 4, 5, 6]))
        #expect(take(pending, at: 0) == [1, 2])
        pending.leave([1, 2], until: start.advanced(by: .seconds(5)))
        #expect(pending.count == 6)
        #expect(take(pending, at: 4) == [3, 4])
        #expect(take(pending, at: 5) == [1])
        #expect(take(pending, at: 5) == [5, 6])
        pending.leave([1], until: start.advanced(by: .seconds(10)))
        #expect(take(pending, at: 6) == [2])
        #expect(take(pending, at: 6) == nil)
        #expect(pending.count == 1)
        #expect(pending.beginAgain())
        #expect(!pending.beginAgain())
        #expect(take(pending, at: 9) == nil)
        #expect(pending.takeLeft() == [1])
        #expect(pending.count == 0)
    }
}
