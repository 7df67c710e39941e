import Domain
import Testing

/// One history, told in many orders.
struct EntryHistoryPropertyTests {
    @Test func `in whatever order a history becomes known, state, debt and ledger end the same`() {
        var random = SplitMix64(seed: 91)
        var seen: Set<DeliveryState> = []
        for _ in 0..<4_000 {
            let history = EntryHistory(using: &random)
            var first: EntryRecord?
            for _ in 0..<4 {
                var record = EntryRecord(history)
                for event in history.order(using: &random) { record.apply(event) }
                #expect(record.paid == record.state.owedCycles)
                #expect(record.state == entryState(of: record.evidence))
                guard let first else {
                    first = record
                    continue
                }
                #expect(record.state == first.state)
                #expect(record.paid == first.paid)
            }
            if let first { seen.insert(first.state.deliveryState) }
        }
        #expect(seen == Set(DeliveryState.allCases).subtracting([.scheduled]), "the histories reach every state")
    }

    @Test func `at every step the ledger has what is owed, and no cycle is charged or refunded twice in a row`() {
        var random = SplitMix64(seed: 92)
        var reversals = 0
        for _ in 0..<6_000 {
            let history = EntryHistory(using: &random)
            var record = EntryRecord(history)
            for event in history.order(using: &random) {
                record.apply(event)
                #expect(record.paid == record.state.owedCycles)
            }
            for bookings in record.ledger.values {
                #expect(bookings.first == .charge)
                #expect(!bookings.dropFirst().contains(.charge))
                for (one, next) in zip(bookings, bookings.dropFirst()) {
                    #expect(next == (one == .refund ? .refundReversal : .refund))
                }
                reversals += bookings.count { $0 == .refundReversal }
            }
        }
        #expect(reversals > 100, "the histories reach late evidence")
    }

    @Test func `a cycle once known to be taken is owed at every step after`() {
        var random = SplitMix64(seed: 93)
        for _ in 0..<4_000 {
            let history = EntryHistory(using: &random)
            var record = EntryRecord(history)
            var taken = CycleSet()
            for event in history.order(using: &random) {
                record.apply(event)
                for attempt in record.evidence.attempts where attempt.state == .accepted || !attempt.receipts.isEmpty {
                    taken.insert(CycleSet(cycle: attempt.cycle))
                }
                #expect(record.state.owedCycles.isSuperset(of: taken))
            }
        }
    }
}
