import Domain
import Testing

/// What automatic retries, planned, made and withdrawn, mean for the entry.
struct RetryStatesTests {
    private static let gone = attempt(.unclear, number: 1, unclearDeadlinePassed: true)

    @Test(
        arguments: [
            // The retry that the policy planned at the deadline of the first.
            (.prepared, false, .pending, .queued), (.dispatched, false, .pending, .dispatched),
            (.notSent, false, .pending, .queued), (.unclear, false, .pending, .unclear),
            (.unclear, true, .failed, .unclear), (.rejected, false, .failed, .rejected),
            (.accepted, false, .pending, .accepted),
        ] as [(AttemptState, Bool, EntryStatus, DeliveryState)])
    func `a retry after an unclear attempt decides`(
        second: AttemptState, deadlinePassed: Bool, status: EntryStatus, delivery: DeliveryState
    ) {
        let retry = attempt(second, number: 2, unclearDeadlinePassed: deadlinePassed)
        let state = entryState(of: EntryEvidence(attempts: [Self.gone, retry]))
        #expect(state.status == status)
        #expect(state.deliveryState == delivery)
    }

    @Test func `without a retry the deadline of an unclear attempt fails the entry`() {
        for state in [AttemptState.dispatched, .unclear] {
            let result = entryState(of: EntryEvidence(attempts: [attempt(state, unclearDeadlinePassed: true)]))
            #expect(result.status == .failed && result.deliveryState == .unclear)
            #expect(result.errorDetails?.contains("not known") == true)
        }
    }

    @Test(arguments: [AttemptState.prepared, .notSent])
    func `a retry that was not made no longer counts once an earlier attempt is known to be taken or refused`(
        retry: AttemptState
    ) {
        let second = attempt(retry, number: 2, counts: false)
        let cases: [(AttemptEvidence, EntryStatus, DeliveryState)] = [
            (attempt(.unclear, unclearDeadlinePassed: true, receipts: [receipt("2")]), .sent, .delivered),
            (attempt(.unclear, unclearDeadlinePassed: true, receipts: [receipt("12")]), .pending, .accepted),
            (attempt(.accepted, unclearDeadlinePassed: true), .pending, .accepted),
            (attempt(.accepted, deadlinePassed: true, unclearDeadlinePassed: true), .failed, .unconfirmed),
            (attempt(.unclear, unclearDeadlinePassed: true, receipts: [receipt("5")]), .failed, .undelivered),
            (attempt(.accepted, unclearDeadlinePassed: true, receipts: [receipt("5")]), .failed, .undelivered),
            (attempt(.rejected, unclearDeadlinePassed: true), .failed, .rejected),
        ]
        for (first, status, delivery) in cases {
            let state = entryState(of: EntryEvidence(attempts: [first, second]))
            #expect(state.status == status)
            #expect(state.deliveryState == delivery)
        }
    }

    @Test func `two later attempts that brought nothing do not hide the first's refusal or delivery`() {
        let later = [attempt(.notSent, number: 2), attempt(.prepared, number: 3)]
        let undelivered = attempt(.unclear, unclearDeadlinePassed: true, receipts: [receipt("5")])
        #expect(entryState(of: EntryEvidence(attempts: [undelivered] + later)).deliveryState == .undelivered)
        #expect(entryState(of: EntryEvidence(attempts: [Self.gone] + later)).deliveryState == .queued)
    }

    @Test(arguments: [AttemptState.prepared, .notSent])
    func `a retry cancelled or expired before it was made leaves the unclear one to decide`(retry: AttemptState) {
        let second = attempt(retry, number: 2, counts: false)
        for (cancelled, expired) in [(true, false), (false, true), (true, true)] {
            let evidence = EntryEvidence(cancelled: cancelled, expired: expired, attempts: [Self.gone, second])
            let state = entryState(of: evidence)
            #expect(state.status == .failed)
            #expect(state.deliveryState == .unclear, "it may have been sent, so it is neither cancelled nor expired")
            #expect(state.owedCycles.isEmpty)
            let open = EntryEvidence(
                cancelled: cancelled, expired: expired, attempts: [attempt(.unclear, number: 1), second])
            #expect(entryState(of: open).deliveryState == .unclear)
            #expect(entryState(of: open).status == .pending)
        }
    }

    @Test func `an entry to be tried again is queued, however often it was put off`() {
        let putOff = (1...5).map { attempt(.notSent, number: $0, counts: $0.isMultiple(of: 2), dispatchedAt: 1) }
        let state = entryState(of: EntryEvidence(attempts: putOff))
        #expect(state.status == .pending && state.deliveryState == .queued)
        #expect(state.errorDetails == nil)
        #expect(state.retryCount == 1)
    }

    @Test func `an attempt known too late not to have been taken has failed`() {
        let late = attempt(.notSent, number: 1, code: "88", unclearDeadlinePassed: true)
        let state = entryState(of: EntryEvidence(attempts: [late]))
        #expect(state.status == .failed && state.deliveryState == .rejected)
        #expect(
            state.errorDetails
                == "The provider did not take the message, which became known too late to try again (code 88).")
        #expect(state.owedCycles.isEmpty)
        let retried = [late, attempt(.prepared, number: 2)]
        #expect(entryState(of: EntryEvidence(attempts: retried)).deliveryState == .queued)
    }

    @Test func `the deadline of an unclear attempt is not that of its receipt`() {
        for taken in [
            attempt(.accepted, unclearDeadlinePassed: true),
            attempt(.unclear, unclearDeadlinePassed: true, receipts: [receipt("12")]),
        ] {
            let state = entryState(of: EntryEvidence(attempts: [taken]))
            #expect(state.status == .pending && state.deliveryState == .accepted)
            var later = taken
            later.deadlinePassed = true
            #expect(entryState(of: EntryEvidence(attempts: [later])).deliveryState == .unconfirmed)
        }
    }

    @Test func `a message that is under way is not failed by another that failed`() {
        let first = attempt(.accepted, number: 1, unclearDeadlinePassed: true)
        for second in [
            attempt(.unclear, number: 2, unclearDeadlinePassed: true), attempt(.rejected, number: 2),
            attempt(.accepted, number: 2, receipts: [receipt("5")]),
            attempt(.accepted, number: 2, deadlinePassed: true),
        ] {
            let state = entryState(of: EntryEvidence(attempts: [first, second]))
            #expect(state.status == .pending && state.deliveryState == .accepted)
        }
        let overdue = attempt(.accepted, number: 1, deadlinePassed: true)
        let failed = attempt(.accepted, number: 2, receipts: [receipt("5")])
        #expect(entryState(of: EntryEvidence(attempts: [overdue, failed])).deliveryState == .unconfirmed)
    }

    @Test(arguments: [AttemptState.dispatched, .unclear])
    func `a retry that is with the provider is waited for, whatever became of the one before`(retry: AttemptState) {
        for first in [
            attempt(.accepted, number: 1, deadlinePassed: true),
            attempt(.unclear, number: 1, deadlinePassed: true, receipts: [receipt("12")]),
        ] {
            let state = entryState(of: EntryEvidence(attempts: [first, attempt(retry, number: 2)]))
            #expect(state.status == .pending)
            #expect(state.deliveryState == (retry == .dispatched ? .dispatched : .unclear))
        }
    }

    @Test func `an entry waits only while nothing of its cycle was taken or refused, or stopped`() {
        var random = SplitMix64(seed: 81)
        for _ in 0..<20_000 {
            let evidence = random.entryEvidence()
            let state = entryState(of: evidence)
            guard [.queued, .scheduled].contains(state.deliveryState) else { continue }
            #expect(!evidence.cancelled && !evidence.expired)
            let cycle = evidence.attempts.map(\.cycle).reduce(evidence.cycle, max)
            let current = evidence.attempts.filter { $0.cycle == cycle }
            #expect(current.allSatisfy { $0.receipts.isEmpty && $0.state != .accepted && $0.state != .rejected })
            let latest = current.max { $0.number < $1.number }
            #expect(latest.map { $0.state == .prepared || $0.state == .notSent } ?? true)
        }
    }
}
