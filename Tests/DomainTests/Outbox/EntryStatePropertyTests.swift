import Domain
import Testing

struct EntryStatePropertyTests {
    @Test func `order of attempts and receipts, and copies of receipts, change nothing`() {
        var random = SplitMix64(seed: 12)
        for _ in 0..<20_000 {
            let evidence = random.entryEvidence()
            var other = evidence
            for place in other.attempts.indices {
                let receipts = other.attempts[place].receipts
                let copies = receipts.filter { _ in random.once(in: 2) }
                other.attempts[place].receipts = (receipts + copies).shuffled(using: &random)
            }
            other.attempts.shuffle(using: &random)
            #expect(entryState(of: other) == entryState(of: evidence))
        }
    }

    @Test func `what does not decide can be dropped, at any time, and changes nothing`() {
        var random = SplitMix64(seed: 17)
        for _ in 0..<20_000 {
            var evidence = random.entryEvidence()
            for place in evidence.attempts.indices where random.once(in: 2) {
                evidence.attempts[place].receipts = random.receipts(most: 12)
            }
            var other = evidence
            for place in other.attempts.indices {
                var rest = other.attempts[place].receipts
                other.attempts[place].receipts = []
                while !rest.isEmpty {
                    let count = Int.random(in: 1...rest.count, using: &random)
                    other.attempts[place].receipts += rest.prefix(count)
                    rest.removeFirst(count)
                    other.attempts[place].keepDecidingReceipts()
                }
                #expect(other.attempts[place].receipts.count <= 3)
            }
            #expect(entryState(of: other) == entryState(of: evidence))
        }
    }

    @Test func `status follows from the delivery state as the design says`() {
        var random = SplitMix64(seed: 13)
        var seen: Set<DeliveryState> = []
        for _ in 0..<20_000 {
            let evidence = random.entryEvidence()
            let state = entryState(of: evidence)
            seen.insert(state.deliveryState)
            switch state.deliveryState {
            case .delivered: #expect(state.status == .sent)
            case .accepted: #expect(state.status == (evidence.sendsReceipts ? .pending : .sent))
            case .undelivered, .rejected, .expired, .cancelled, .unconfirmed: #expect(state.status == .failed)
            case .unclear: #expect(state.status != .sent)
            case .scheduled, .queued, .dispatched: #expect(state.status == .pending)
            }
            #expect((state.errorDetails != nil) == (state.status == .failed))
            #expect((state.deliveredAt != nil) == (state.deliveryState == .delivered))
            #expect(state.retryCount >= 0 && state.retryCount <= max(0, evidence.attempts.count - 1))
        }
        #expect(seen == Set(DeliveryState.allCases), "the generator reaches every state")
    }

    @Test func `one receipt of rank 3 anywhere makes any entry sent`() {
        var random = SplitMix64(seed: 14)
        for _ in 0..<10_000 {
            var evidence = random.entryEvidence()
            guard !evidence.attempts.isEmpty else { continue }
            let place = Int.random(in: 0..<evidence.attempts.count, using: &random)
            evidence.attempts[place].receipts.append(receipt("2"))
            #expect(entryState(of: evidence).deliveryState == .delivered)
        }
    }

    @Test func `a receipt never makes a message that is with the provider look unsent`() {
        var random = SplitMix64(seed: 15)
        let unsent: Set<DeliveryState> = [.scheduled, .queued, .dispatched, .unclear, .rejected, .expired, .cancelled]
        for _ in 0..<10_000 {
            let one = attempt(
                random.pick(AttemptState.allCases), dispatchedAt: 1, deadlinePassed: random.once(in: 2),
                receipts: random.receipts() + [receipt("12")])
            let evidence = EntryEvidence(
                cancelled: random.once(in: 2), expired: random.once(in: 2), suppressed: random.once(in: 2),
                sendsReceipts: random.once(in: 2),
                attempts: [one])
            #expect(!unsent.contains(entryState(of: evidence).deliveryState))
        }
    }
}
