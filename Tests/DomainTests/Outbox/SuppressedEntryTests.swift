import Domain
import Testing

/// An entry whose recipient had opted out when it was about to be sent.
struct SuppressedEntryTests {
    @Test func `it is rejected with a clear reason, owes nothing, and shows no attempt as made`() {
        for attempts in [[], [attempt(.notSent, counts: false)]] {
            let state = entryState(of: EntryEvidence(suppressed: true, attempts: attempts))
            #expect(state.status == .failed && state.deliveryState == .rejected)
            #expect(state.errorDetails?.contains("opted out") == true)
            #expect(state.owedCycles.isEmpty)
            #expect(state.sentAt == nil && state.retryCount == 0)
        }
    }

    @Test func `an earlier attempt that may have arrived still decides`() {
        let retry = attempt(.notSent, number: 2, counts: false)
        let states: [(AttemptState, [String], DeliveryState)] = [
            (.unclear, [], .unclear), (.unclear, ["2"], .delivered), (.accepted, [], .accepted),
            (.notSent, ["5"], .undelivered), (.notSent, [], .rejected), (.rejected, [], .rejected),
        ]
        for (state, statuses, delivery) in states {
            let first = attempt(state, receipts: statuses.map { receipt($0) })
            let found = entryState(of: EntryEvidence(suppressed: true, attempts: [first, retry]))
            #expect(found.deliveryState == delivery, "\(state) \(statuses)")
        }
    }

    @Test func `what the user cancelled was cancelled`() {
        #expect(entryState(of: EntryEvidence(cancelled: true, suppressed: true)).deliveryState == .cancelled)
    }
}
