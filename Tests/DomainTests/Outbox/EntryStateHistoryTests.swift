import Domain
import Testing

/// Several attempts and cycles, times, counts and sentences.
struct EntryStateHistoryTests {
    @Test func `the latest attempt of the cycle decides`() {
        let evidence = EntryEvidence(attempts: [
            attempt(.unclear, number: 1, deadlinePassed: true), attempt(.rejected, number: 2, code: "6"),
        ])
        #expect(entryState(of: evidence).deliveryState == .rejected)
    }

    @Test func `a resend starts anew and an older cycle no longer decides`() {
        let failed = attempt(.accepted, dispatchedAt: 1, settledAt: 2, receipts: [receipt("5")])
        #expect(entryState(of: EntryEvidence(attempts: [failed])).deliveryState == .undelivered)
        let resent = entryState(of: EntryEvidence(cycle: 1, attempts: [failed]))
        #expect(resent.deliveryState == .queued)
        #expect(resent.status == .pending)
        #expect(resent.sentAt == nil)
        #expect(resent.lastAttemptAt == Timestamp(microseconds: 1))
        let taken = attempt(.accepted, cycle: 1, dispatchedAt: 5, settledAt: 6)
        let again = entryState(of: EntryEvidence(cycle: 1, attempts: [failed, taken]))
        #expect(again.deliveryState == .accepted)
        #expect(again.sentAt == Timestamp(microseconds: 6))
        #expect(again.lastAttemptAt == Timestamp(microseconds: 5))
        #expect(again.retryCount == 1)
    }

    @Test func `an attempt of a cycle that the entry does not know yet starts it`() {
        let evidence = EntryEvidence(
            cycle: 0, attempts: [attempt(.rejected), attempt(.dispatched, cycle: 1, dispatchedAt: 5)])
        #expect(entryState(of: evidence).deliveryState == .dispatched)
    }

    @Test func `late evidence of delivery wins over everything after it`() {
        let late = attempt(
            .unclear, dispatchedAt: 1, settledAt: 3, deadlinePassed: true, receipts: [receipt("2", receivedAt: 50)])
        for later in AttemptState.allCases {
            let evidence = EntryEvidence(
                cancelled: true, expired: true, cycle: 2,
                attempts: [late, attempt(later, cycle: 1, dispatchedAt: 7, settledAt: 8, receipts: [receipt("5")])])
            let state = entryState(of: evidence)
            #expect(state.status == .sent)
            #expect(state.deliveryState == .delivered)
            #expect(state.sentAt == Timestamp(microseconds: 1))
            #expect(state.errorDetails == nil)
        }
    }

    @Test func `a second try that brought nothing gives way to a first that is under way`() {
        let first = attempt(.accepted, number: 1, dispatchedAt: 1, settledAt: 2)
        for state in [AttemptState.notSent, .rejected] {
            let evidence = EntryEvidence(attempts: [first, attempt(state, number: 2, code: "26")])
            #expect(entryState(of: evidence).deliveryState == .accepted)
        }
        let proved = attempt(.unclear, number: 1, dispatchedAt: 1, receipts: [receipt("12")])
        let evidence = EntryEvidence(attempts: [proved, attempt(.notSent, number: 2)])
        #expect(entryState(of: evidence).deliveryState == .accepted)
        let unclear = attempt(.unclear, number: 1)
        #expect(
            entryState(of: EntryEvidence(attempts: [unclear, attempt(.prepared, number: 2)])).deliveryState == .queued)
    }

    @Test func `deliveredAt is the earliest readable time of all delivering receipts`() {
        let attempts = [
            attempt(
                .accepted, number: 1,
                receipts: [
                    receipt("2", time: "2021-02-26 10:01:17", receivedAt: 3, key: 1),
                    receipt("5", time: "2021-02-26 10:01:10", receivedAt: 1, key: 2),
                    receipt("2", time: "garbage", receivedAt: 0, key: 3),
                ]),
            attempt(.accepted, cycle: 1, receipts: [receipt("2", time: "2021-02-26 10:01:16", receivedAt: 9)]),
        ]
        let state = entryState(of: EntryEvidence(cycle: 1, attempts: attempts))
        #expect(state.deliveredAt == LocalTime("2021-02-26 10:01:16").map(DeliveredAt.provider))
    }

    @Test func `without a readable time deliveredAt is the earliest arrival`() {
        let receipts = [
            receipt("2", time: "", receivedAt: 8, key: 1), receipt("2", time: "?", receivedAt: 7, key: 2),
            receipt("12", time: "2021-02-26 10:01:16", receivedAt: 1, key: 3),
        ]
        let state = entryState(of: EntryEvidence(attempts: [attempt(.accepted, receipts: receipts)]))
        #expect(state.deliveredAt == .received(Timestamp(microseconds: 7)))
    }

    @Test func `sentAt is the acceptance, else the dispatch that a receipt proved`() {
        let cases: [(AttemptEvidence, Int64?)] = [
            (attempt(.accepted, dispatchedAt: 1, settledAt: 2), 2), (attempt(.accepted, dispatchedAt: 1), 1),
            (attempt(.unclear, dispatchedAt: 1, settledAt: 2, receipts: [receipt("12")]), 1),
            (attempt(.dispatched, dispatchedAt: 1, receipts: [receipt("5")]), 1),
            (attempt(.unclear, dispatchedAt: 1, settledAt: 2), nil), (attempt(.dispatched, dispatchedAt: 1), nil),
            (attempt(.rejected, dispatchedAt: 1, settledAt: 2), nil), (attempt(.notSent, settledAt: 2), nil),
        ]
        for (one, sentAt) in cases {
            #expect(entryState(of: EntryEvidence(attempts: [one])).sentAt?.microseconds == sentAt)
        }
    }

    @Test func `sentAt is that of the first attempt that was taken`() {
        let attempts = [
            attempt(.unclear, number: 1, dispatchedAt: 1, receipts: [receipt("12")]),
            attempt(.accepted, number: 2, dispatchedAt: 5, settledAt: 6),
        ]
        #expect(entryState(of: EntryEvidence(attempts: attempts)).sentAt == Timestamp(microseconds: 1))
        let delivered = [
            attempt(.accepted, number: 3, dispatchedAt: 3, settledAt: 4, receipts: [receipt("2")]),
            attempt(.accepted, number: 4, dispatchedAt: 7, settledAt: 8, receipts: [receipt("2")]),
        ]
        #expect(entryState(of: EntryEvidence(attempts: attempts + delivered)).sentAt == Timestamp(microseconds: 4))
    }

    @Test func `sentAt is that of the attempt that was delivered`() {
        let evidence = EntryEvidence(attempts: [
            attempt(.unclear, number: 1, dispatchedAt: 1, receipts: [receipt("5")]),
            attempt(.accepted, number: 2, dispatchedAt: 5, settledAt: 6, receipts: [receipt("2")]),
        ])
        #expect(entryState(of: evidence).sentAt == Timestamp(microseconds: 6))
    }

    @Test func `retryCount is the counted attempts less one`() {
        let cases: [([AttemptEvidence], Int32)] = [
            ([], 0), ([attempt(.prepared)], 0), ([attempt(.accepted)], 0), ([attempt(.notSent, counts: false)], 0),
            ([attempt(.notSent), attempt(.prepared, number: 2)], 0),
            ([attempt(.notSent), attempt(.dispatched, number: 2)], 1),
            ([attempt(.notSent, counts: false), attempt(.accepted, number: 2)], 0),
            ([attempt(.notSent), attempt(.rejected, number: 2), attempt(.accepted, cycle: 1)], 2),
        ]
        for (attempts, count) in cases {
            #expect(entryState(of: EntryEvidence(cycle: 1, attempts: attempts)).retryCount == count)
        }
    }

    @Test func `sentences say what is known`() {
        let details = { (one: AttemptEvidence) in entryState(of: EntryEvidence(attempts: [one])).errorDetails }
        #expect(
            details(attempt(.accepted, receipts: [receipt("05", result: "UNDELIV")]))
                == "The provider reported that the message was not delivered (status 5, UNDELIV).")
        #expect(
            details(attempt(.accepted, receipts: [receipt("5")]))
                == "The provider reported that the message was not delivered (status 5).")
        #expect(details(attempt(.rejected, code: "6")) == "The provider refused the message (code 6).")
        #expect(details(attempt(.rejected)) == "The provider refused the message.")
        #expect(
            details(attempt(.rejected, failed: true, code: "88"))
                == "The provider failed, and no automatic retry is left (code 88).")
        #expect(
            details(attempt(.rejected, failed: true)) == "The provider failed, and no automatic retry is left.")
        #expect(details(attempt(.unclear, deadlinePassed: true))?.contains("not known") == true)
        #expect(details(attempt(.accepted, deadlinePassed: true))?.contains("no receipt") == true)
    }

    @Test(arguments: [
        "4915112345678", "to 4915112345678", "+49 151 1234567", "49-151-12-34", "491-1234", "请求失败",
        "A VERY LONG TEXT THAT NO PROVIDER USES AS A CODE", "<b>", "x\ny", "", "\u{0664}\u{0669}1511",
    ])
    func `foreign text never reaches a sentence`(text: String) {
        let undelivered = attempt(.accepted, receipts: [receipt("5", result: text)])
        #expect(
            entryState(of: EntryEvidence(attempts: [undelivered])).errorDetails
                == "The provider reported that the message was not delivered (status 5).")
        let rejected = attempt(.rejected, code: text)
        #expect(
            entryState(of: EntryEvidence(attempts: [rejected])).errorDetails == "The provider refused the message.")
    }
}
