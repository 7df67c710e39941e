import Domain
import Testing

/// What is owed for an entry: the cycles that the provider took, or that are still open.
struct OwedCyclesTests {
    @Test(
        arguments: [
            (.prepared, [], false, true), (.notSent, [], false, true), (.dispatched, [], false, true),
            (.unclear, [], false, true), (.accepted, [], false, true), (.rejected, [], false, false),
            (.dispatched, [], true, false), (.unclear, [], true, false), (.accepted, [], true, true),
            (.accepted, ["5"], false, true), (.accepted, ["2"], false, true), (.unclear, ["12"], true, true),
            (.unclear, ["5"], true, true), (.rejected, ["5"], false, true), (.notSent, ["12"], false, true),
        ] as [(AttemptState, [String], Bool, Bool)])
    func `one attempt in the current cycle`(
        state: AttemptState, statuses: [String], deadlinePassed: Bool, isOwed: Bool
    ) {
        for sendsReceipts in [true, false] {
            let one = attempt(state, deadlinePassed: deadlinePassed, receipts: statuses.map { receipt($0) })
            let owed = entryState(of: EntryEvidence(sendsReceipts: sendsReceipts, attempts: [one])).owedCycles
            #expect(owed == (isOwed ? CycleSet(cycle: 0) : []))
        }
    }

    @Test func `an unclear attempt is owed until its deadline, and again once it is proved`() {
        let passed = attempt(.unclear, unclearDeadlinePassed: true)
        #expect(entryState(of: EntryEvidence(attempts: [passed])).owedCycles == [])
        let proved = attempt(.accepted, unclearDeadlinePassed: true)
        #expect(entryState(of: EntryEvidence(attempts: [proved])).owedCycles == CycleSet(cycle: 0))
    }

    @Test func `an entry that waits is owed, a cancelled or expired one is not`() {
        #expect(entryState(of: EntryEvidence()).owedCycles == CycleSet(cycle: 0))
        #expect(entryState(of: EntryEvidence(scheduled: true)).owedCycles == CycleSet(cycle: 0))
        #expect(entryState(of: EntryEvidence(cancelled: true)).owedCycles == [])
        #expect(entryState(of: EntryEvidence(expired: true, attempts: [attempt(.notSent)])).owedCycles == [])
    }

    @Test func `each cycle is owed by itself`() {
        let undelivered = attempt(.accepted, cycle: 0, receipts: [receipt("5")])
        let rejected = attempt(.rejected, cycle: 1)
        let owed = { (cycle: Int32, attempts: [AttemptEvidence]) in
            entryState(of: EntryEvidence(cycle: cycle, attempts: attempts)).owedCycles
        }
        #expect(owed(1, [undelivered]) == [CycleSet(cycle: 0), CycleSet(cycle: 1)])
        #expect(owed(1, [undelivered, rejected]) == CycleSet(cycle: 0))
        #expect(owed(2, [undelivered, rejected]) == [CycleSet(cycle: 0), CycleSet(cycle: 2)])
        #expect(owed(2, [rejected]) == CycleSet(cycle: 2))
    }

    @Test func `a resend withdrawn because the first was delivered after all is not owed`() {
        let late = attempt(.unclear, unclearDeadlinePassed: true, receipts: [receipt("2")])
        for withdrawn in [[], [attempt(.prepared, cycle: 1)], [attempt(.notSent, cycle: 1)]] {
            let state = entryState(of: EntryEvidence(cycle: 1, attempts: [late] + withdrawn))
            #expect(state.status == .sent)
            #expect(state.owedCycles == CycleSet(cycle: 0))
        }
    }

    @Test func `a resend that is being handed over stays owed while the first is reported delivered`() {
        let late = attempt(.unclear, unclearDeadlinePassed: true, receipts: [receipt("2")])
        let both: CycleSet = [CycleSet(cycle: 0), CycleSet(cycle: 1)]
        for (second, owed) in [
            (attempt(.dispatched, cycle: 1), both), (attempt(.unclear, cycle: 1), both),
            (attempt(.accepted, cycle: 1), both), (attempt(.rejected, cycle: 1), CycleSet(cycle: 0)),
            (attempt(.unclear, cycle: 1, unclearDeadlinePassed: true), CycleSet(cycle: 0)),
        ] {
            #expect(entryState(of: EntryEvidence(cycle: 1, attempts: [late, second])).owedCycles == owed)
        }
    }

    @Test func `a cycle that was taken stays owed whatever receipts come, and any receipt makes its cycle owed`() {
        var random = SplitMix64(seed: 72)
        for _ in 0..<20_000 {
            var evidence = random.entryEvidence()
            guard !evidence.attempts.isEmpty else { continue }
            let taken = Set(
                evidence.attempts.filter { $0.state == .accepted || !$0.receipts.isEmpty }.map(\.cycle))
            let before = entryState(of: evidence).owedCycles
            #expect(taken.allSatisfy(before.contains(cycle:)))
            let place = Int.random(in: 0..<evidence.attempts.count, using: &random)
            evidence.attempts[place].receipts.append(random.receiptEvidence())
            let after = entryState(of: evidence).owedCycles
            #expect(taken.allSatisfy(after.contains(cycle:)))
            #expect(after.contains(cycle: evidence.attempts[place].cycle))
        }
    }

    @Test func `while it is pending the current cycle is owed, and a failed one only with evidence`() {
        var random = SplitMix64(seed: 73)
        for _ in 0..<20_000 {
            let evidence = random.entryEvidence()
            let state = entryState(of: evidence)
            let cycle = evidence.attempts.map(\.cycle).reduce(evidence.cycle, max)
            if state.status == .pending { #expect(state.owedCycles.contains(cycle: cycle)) }
            for owed in 0...cycle where state.owedCycles.contains(cycle: owed) && owed < cycle {
                let handedOver = evidence.attempts.contains {
                    $0.cycle == owed
                        && ([.dispatched, .unclear, .accepted].contains($0.state) || !$0.receipts.isEmpty)
                }
                #expect(handedOver, "an older cycle is owed for what went out, not for waiting")
            }
        }
    }
}
