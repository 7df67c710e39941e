import Domain

extension SplitMix64 {
    /// Evidence from so small a range of values that equal ranks, times, statuses and keys are frequent.
    mutating func receiptEvidence() -> ReceiptEvidence {
        ReceiptEvidence(
            key: ReceiptKey(rawValue: UInt128(UInt64.random(in: 0..<6, using: &self))),
            status: pick([
                "2", "02", " 2", "5", "6", "11", "12", "-1", "99999999999999999999999", "UNDELIV", "", "e\u{301}",
            ]),
            result: pick(["DELIVRD", "UNDELIV", "\u{E9}", "e\u{301}", ""]),
            reportedTime: pick([
                "2021-02-26 10:01:15", "2021-02-26 10:01:16", "2021-02-30 10:01:15", "", " 2021-02-26 10:01:15",
            ]),
            receivedAt: Timestamp(microseconds: Int64.random(in: 0..<4, using: &self)))
    }

    /// Up to `most` receipts, copies among them.
    mutating func receipts(most: Int = 4) -> [ReceiptEvidence] {
        (0..<Int.random(in: 0...most, using: &self)).map { _ in receiptEvidence() }
    }

    mutating func content() -> ReceiptContent {
        ReceiptContent(
            price: pick([nil, Amount("0.045"), Amount("0.0450"), Amount("0.05")]),
            size: pick([nil, 1, 2]), rate: pick([nil, Amount("6.4845"), Amount("7.05")]),
            currency: pick([nil, "CNY", "USD"]), result: pick(["DELIVRD", "\u{E9}", "e\u{301}"]),
            submittedTime: pick(["", "2021-02-26 10:01:15"]), ext: pick(["", "x"]))
    }

    /// An entry with up to four attempts in up to three cycles, any state, any receipts.
    mutating func entryEvidence() -> EntryEvidence {
        var attempts: [AttemptEvidence] = []
        for place in 0..<Int.random(in: 0...4, using: &self) {
            attempts.append(
                AttemptEvidence(
                    id: AttemptID(rawValue: UInt128(place + 1)), cycle: Int32(place / 2), number: Int32(place % 2 + 1),
                    state: pick(AttemptState.allCases), counts: !once(in: 4),
                    providerCode: pick([nil, "0", "6", "26"]),
                    dispatchedAt: pick([nil, Timestamp(microseconds: Int64(place) * 10)]),
                    settledAt: pick([nil, Timestamp(microseconds: Int64(place) * 10 + 5)]),
                    deadlinePassed: once(in: 3), unclearDeadlinePassed: once(in: 3),
                    receipts: once(in: 2) ? receipts() : []))
        }
        let suppressed = once(in: 6)
        let scheduled = once(in: 4)
        return EntryEvidence(
            scheduledAt: scheduled ? Timestamp(microseconds: 1) : nil, scheduled: scheduled, cancelled: once(in: 6),
            expired: once(in: 6), suppressed: suppressed, cycle: Int32.random(in: 0...2, using: &self),
            sendsReceipts: !once(in: 5),
            attempts: attempts)
    }
}
