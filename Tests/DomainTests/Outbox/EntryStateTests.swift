import Domain
import Testing

/// One attempt in the current cycle: what each state with each receipt means.
struct EntryStateTests {
    @Test(
        arguments: [
            (.prepared, [], false, .pending, .queued), (.notSent, [], false, .pending, .queued),
            (.prepared, [], true, .pending, .queued), (.notSent, [], true, .pending, .queued),
            (.dispatched, [], false, .pending, .dispatched), (.dispatched, [], true, .failed, .unclear),
            (.unclear, [], false, .pending, .unclear), (.unclear, [], true, .failed, .unclear),
            (.rejected, [], false, .failed, .rejected), (.rejected, [], true, .failed, .rejected),
            (.accepted, [], false, .pending, .accepted), (.accepted, [], true, .failed, .unconfirmed),
            (.accepted, ["12"], false, .pending, .accepted), (.accepted, ["12"], true, .failed, .unconfirmed),
            (.accepted, ["ODD"], false, .pending, .accepted),
            (.accepted, ["5"], false, .failed, .undelivered), (.accepted, ["5"], true, .failed, .undelivered),
            (.accepted, ["2"], false, .sent, .delivered), (.accepted, ["2"], true, .sent, .delivered),
            (.accepted, ["5", "2"], false, .sent, .delivered), (.accepted, ["12", "5"], false, .failed, .undelivered),
            (.unclear, ["12"], false, .pending, .accepted), (.unclear, ["12"], true, .failed, .unconfirmed),
            (.unclear, ["5"], false, .failed, .undelivered), (.unclear, ["2"], true, .sent, .delivered),
            (.dispatched, ["12"], false, .pending, .accepted), (.dispatched, ["2"], false, .sent, .delivered),
            (.rejected, ["2"], false, .sent, .delivered), (.rejected, ["5"], false, .failed, .undelivered),
            (.rejected, ["12"], false, .failed, .unconfirmed),
            (.notSent, ["2"], false, .sent, .delivered), (.notSent, ["12"], false, .failed, .unconfirmed),
            (.prepared, ["2"], false, .sent, .delivered),
        ] as [(AttemptState, [String], Bool, EntryStatus, DeliveryState)])
    func `state, receipts and deadline of one attempt`(
        state: AttemptState, statuses: [String], deadlinePassed: Bool, status: EntryStatus, delivery: DeliveryState
    ) {
        let one = attempt(state, deadlinePassed: deadlinePassed, receipts: statuses.map { receipt($0) })
        let result = entryState(of: EntryEvidence(attempts: [one]))
        #expect(result.status == status)
        #expect(result.deliveryState == delivery)
        #expect((result.errorDetails != nil) == (status == .failed))
        #expect((result.deliveredAt != nil) == (delivery == .delivered))
    }

    @Test(
        arguments: [
            (.accepted, [], false, .sent, .accepted), (.accepted, [], true, .sent, .accepted),
            (.accepted, ["12"], true, .sent, .accepted), (.accepted, ["5"], false, .failed, .undelivered),
            (.accepted, ["2"], false, .sent, .delivered), (.unclear, [], false, .pending, .unclear),
            (.unclear, [], true, .failed, .unclear), (.rejected, [], false, .failed, .rejected),
        ] as [(AttemptState, [String], Bool, EntryStatus, DeliveryState)])
    func `where the provider sends no receipts acceptance is sent`(
        state: AttemptState, statuses: [String], deadlinePassed: Bool, status: EntryStatus, delivery: DeliveryState
    ) {
        let one = attempt(state, deadlinePassed: deadlinePassed, receipts: statuses.map { receipt($0) })
        let result = entryState(of: EntryEvidence(sendsReceipts: false, attempts: [one]))
        #expect(result.status == status)
        #expect(result.deliveryState == delivery)
    }

    @Test func `without attempts an entry is scheduled or queued`() {
        let queued = EntryState(status: .pending, deliveryState: .queued, owedCycles: CycleSet(cycle: 0))
        #expect(entryState(of: EntryEvidence()) == queued)
        let later = Timestamp(microseconds: 9)
        #expect(entryState(of: EntryEvidence(scheduledAt: later, scheduled: true)).deliveryState == .scheduled)
        #expect(entryState(of: EntryEvidence(scheduledAt: later)).deliveryState == .queued)
        #expect(entryState(of: EntryEvidence(scheduled: true)).deliveryState == .queued)
    }

    @Test(
        arguments: [
            (.prepared, [], true), (.notSent, [], true), (.rejected, [], true), (.dispatched, [], false),
            (.unclear, [], false), (.accepted, [], false), (.notSent, ["12"], false), (.accepted, ["2"], false),
        ] as [(AttemptState, [String], Bool)])
    func `cancelled and expired stand only while nothing can be with the provider`(
        state: AttemptState, statuses: [String], stands: Bool
    ) {
        let attempts = [attempt(state, receipts: statuses.map { receipt($0) })]
        let plain = entryState(of: EntryEvidence(attempts: attempts))
        let cancelled = entryState(of: EntryEvidence(cancelled: true, attempts: attempts))
        let expired = entryState(of: EntryEvidence(expired: true, attempts: attempts))
        if stands {
            #expect(cancelled.deliveryState == .cancelled && cancelled.status == .failed)
            #expect(expired.deliveryState == .expired && expired.status == .failed)
            #expect(cancelled.errorDetails != nil && expired.errorDetails != nil)
        } else {
            #expect(cancelled == plain)
            #expect(expired == plain)
        }
    }

    @Test func `cancelled and expired before any attempt`() {
        #expect(entryState(of: EntryEvidence(cancelled: true)).deliveryState == .cancelled)
        #expect(entryState(of: EntryEvidence(expired: true)).deliveryState == .expired)
        #expect(entryState(of: EntryEvidence(cancelled: true, expired: true)).deliveryState == .cancelled)
    }

    @Test(
        arguments: [
            (EntryEvidence(cancelled: true), "was cancelled before it was sent."),
            (EntryEvidence(expired: true), "was not sent while it was valid."),
            (EntryEvidence(suppressed: true), "was not sent."),
        ])
    func `of a resend that was not sent it is not said that the message was never sent`(
        evidence: EntryEvidence, end: String
    ) {
        var resent = evidence
        resent.cycle = 1
        resent.attempts = [attempt(.accepted, receipts: [receipt("5")])]
        #expect(entryState(of: evidence).errorDetails?.hasSuffix("he message \(end)") == true)
        #expect(entryState(of: resent).errorDetails?.hasSuffix("he resend \(end)") == true)
    }
}

func attempt(
    _ state: AttemptState, cycle: Int32 = 0, number: Int32 = 1, counts: Bool = true, failed: Bool = false,
    code: String? = nil, dispatchedAt: Int64? = nil, settledAt: Int64? = nil, deadlinePassed: Bool = false,
    unclearDeadlinePassed: Bool = false, receipts: [ReceiptEvidence] = []
) -> AttemptEvidence {
    AttemptEvidence(
        id: AttemptID(rawValue: UInt128(cycle) << 64 | UInt128(number)), cycle: cycle, number: number, state: state,
        counts: counts, providerFailed: failed, providerCode: code,
        dispatchedAt: dispatchedAt.map { Timestamp(microseconds: $0) },
        settledAt: settledAt.map { Timestamp(microseconds: $0) }, deadlinePassed: deadlinePassed,
        unclearDeadlinePassed: unclearDeadlinePassed, receipts: receipts)
}

func receipt(
    _ status: String, time: String = "2021-02-26 10:01:15", result: String = "", receivedAt: Int64 = 100,
    key: UInt64 = 1
) -> ReceiptEvidence {
    ReceiptEvidence(
        key: ReceiptKey(rawValue: UInt128(key)), status: status, result: result, reportedTime: time,
        receivedAt: Timestamp(microseconds: receivedAt))
}
