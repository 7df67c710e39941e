import Domain

/// What can become known of an entry, one piece at a time.
enum HistoryEvent {
    case prepared(Int)
    case state(Int, AttemptState)
    case receipt(Int, ReceiptEvidence)
    /// The time of a deadline comes. Whoever sweeps records it only where its question is still open.
    case unclearDeadline(Int)
    case receiptDeadline(Int)
    case resend(Int32)
    case cancelled
    case expired
}

/// Everything that happens to one entry, in any order that causes allow: an attempt is prepared before it is dispatched,
/// that before its outcome and its deadlines; a cycle begins before its attempts. Nothing else is ordered: a receipt may
/// come before the outcome, an outcome after the deadline, a late one after a resend.
struct EntryHistory {
    /// Each event with the places of those that must come before it.
    private(set) var events: [(event: HistoryEvent, after: [Int])] = []
    private(set) var attempts: [(cycle: Int32, number: Int32, counts: Bool)] = []
    let sendsReceipts: Bool

    init(using random: inout SplitMix64) {
        sendsReceipts = !random.once(in: 5)
        var lastCycleBegins: [Int] = []
        for cycle in 0...Int32.random(in: 0...2, using: &random) {
            if cycle > 0 { lastCycleBegins = [add(.resend(cycle), after: lastCycleBegins)] }
            for number in 0..<Int32.random(in: 0...3, using: &random) {
                addAttempt(cycle: cycle, number: number + 1, after: lastCycleBegins, using: &random)
            }
        }
        if random.once(in: 5) { add(.cancelled, after: lastCycleBegins) }
        if random.once(in: 5) { add(.expired, after: lastCycleBegins) }
    }

    private mutating func addAttempt(cycle: Int32, number: Int32, after: [Int], using random: inout SplitMix64) {
        let index = attempts.count
        attempts.append((cycle, number, !random.once(in: 4)))
        let prepared = add(.prepared(index), after: after)
        if !random.once(in: 3) {
            for receipt in random.receipts(most: 3) { add(.receipt(index, receipt), after: [prepared]) }
        }
        guard !random.once(in: 6) else { return }
        let outcome = random.pick([nil, AttemptState.accepted, .accepted, .rejected, .notSent])
        if outcome == .notSent, random.once(in: 3) {
            add(.state(index, .notSent), after: [prepared])  // withdrawn
            return
        }
        let dispatched = add(.state(index, .dispatched), after: [prepared])
        if outcome == .notSent {
            // Not taken, known before the deadline: another attempt. After it: what the policy has decided by then. So
            // which of the two came first is no chance of arrival, but part of what happened.
            var known = dispatched
            if random.once(in: 2) {
                let unclear = add(.state(index, .unclear), after: [dispatched])
                known = add(.unclearDeadline(index), after: [unclear])
            }
            add(.state(index, .notSent), after: [known])
            // A later attempt, called a duplicate, proves it taken after all: before a late answer, or after it.
            if attempts[index].counts, random.once(in: 4) { add(.state(index, .accepted), after: [known]) }
            return
        }
        if let outcome { add(.state(index, outcome), after: [dispatched]) }
        if random.once(in: 2) { add(.state(index, .unclear), after: [dispatched]) }
        if random.once(in: 2) { add(.unclearDeadline(index), after: [dispatched]) }
        if random.once(in: 3) { add(.receiptDeadline(index), after: [dispatched]) }
    }

    @discardableResult
    private mutating func add(_ event: HistoryEvent, after: [Int]) -> Int {
        events.append((event, after))
        return events.count - 1
    }

    /// The events in an order that the causes allow, chosen by chance.
    func order(using random: inout SplitMix64) -> [HistoryEvent] {
        var open = Array(events.indices)
        var seen: Set<Int> = []
        var result: [HistoryEvent] = []
        while !open.isEmpty {
            let ready = open.indices.filter { events[open[$0]].after.allSatisfy(seen.contains) }
            let next = open.remove(at: random.pick(ready))
            seen.insert(next)
            result.append(events[next].event)
        }
        return result
    }
}

/// What the tables hold of the entry after some of its history: evidence, and what was booked for it.
struct EntryRecord {
    private(set) var evidence: EntryEvidence
    private(set) var state: EntryState
    /// Every booking by cycle, in the order it was made.
    private(set) var ledger: [Int32: [LedgerKind]] = [0: [.charge]]

    private let history: EntryHistory
    private var place: [Int: Int] = [:]
    private var unclearDue: Set<Int> = []
    private var receiptDue: Set<Int> = []
    private var charged = CycleSet(cycle: 0)

    init(_ history: EntryHistory) {
        self.history = history
        evidence = EntryEvidence(sendsReceipts: history.sendsReceipts)
        state = entryState(of: evidence)
    }

    /// The cycles that the ledger's sums say are paid.
    var paid: CycleSet {
        ledger.reduce(into: CycleSet()) { paid, bookings in
            let sum = bookings.value.reduce(0) { $0 + ($1 == .refund ? -1 : 1) }
            if sum > 0 { paid.insert(CycleSet(cycle: bookings.key)) }
        }
    }

    mutating func apply(_ event: HistoryEvent) {
        switch event {
        case .prepared(let index):
            place[index] = evidence.attempts.count
            let one = history.attempts[index]
            evidence.attempts.append(
                AttemptEvidence(
                    id: AttemptID(rawValue: UInt128(index + 1)), cycle: one.cycle, number: one.number,
                    state: .prepared, counts: one.counts))
        case .state(let index, let state): step(index, to: state)
        case .receipt(let index, let receipt): change(index) { $0.receipts.append(receipt) }
        case .unclearDeadline(let index): unclearDue.insert(index)
        case .receiptDeadline(let index): receiptDue.insert(index)
        case .resend(let cycle):
            evidence.cycle = cycle
            charged.insert(CycleSet(cycle: cycle))
            ledger[cycle, default: []].append(.charge)
        case .cancelled: evidence.cancelled = true
        case .expired: evidence.expired = true
        }
        sweep()
        state = entryState(of: evidence)
        for booking in ledgerSteps(from: charged, to: state.owedCycles) {
            ledger[booking.cycle, default: []].append(booking.kind)
        }
        charged = state.owedCycles
    }

    private mutating func step(_ index: Int, to state: AttemptState) {
        change(index) { attempt in
            guard attempt.state.canBecome(state) else { return }  // a late `unclear` beside a known outcome
            attempt.state = state
            let at = Timestamp(microseconds: Int64(index) * 10)
            if state == .dispatched { attempt.dispatchedAt = at } else { attempt.settledAt = at }
        }
    }

    private mutating func sweep() {
        for index in unclearDue {
            change(index) { attempt in
                if [.dispatched, .unclear].contains(attempt.state), attempt.receipts.isEmpty {
                    attempt.unclearDeadlinePassed = true
                }
            }
        }
        for index in receiptDue {
            change(index) { attempt in
                let isTaken = attempt.state == .accepted || !attempt.receipts.isEmpty
                if isTaken, attempt.mergedReceipt.map({ $0.rank == .unknown }) ?? true { attempt.deadlinePassed = true }
            }
        }
    }

    private mutating func change(_ index: Int, _ body: (inout AttemptEvidence) -> Void) {
        guard let place = place[index] else { return }
        body(&evidence.attempts[place])
    }
}
