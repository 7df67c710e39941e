import Runtime
import Store
import TestSupport
import Testing

@testable import Sending

private let start = ContinuousClock.now

private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

@Suite struct `Whether anything is due` {
    @Test func `is asked where nothing was found or a round ended, and not where each look shows all and finds work`() {
        var probe = DueProbe()
        #expect(probe.isWanted)
        probe.claimed(nothing: false, endsRound: false)
        #expect(!probe.isWanted)
        probe.claimed(nothing: true, endsRound: false)
        #expect(probe.isWanted)
        probe.claimed(nothing: false, endsRound: true)
        #expect(probe.isWanted)
    }

    @Test func `is asked from the true start as long as that is quick`() {
        var probe = DueProbe()
        for turn in 0..<3 {
            #expect(probe.begin(now: at(Double(turn))) == .min)
            probe.ended(from: .min, at: 70, took: SendFloors.quick, now: at(Double(turn)))
        }
    }

    @Test func `is asked from what was due first while a slow answer has its rest, of ten seconds at most`() {
        var probe = DueProbe()
        probe.ended(from: .min, at: 70, took: .milliseconds(100), now: at(0))
        #expect(probe.begin(now: at(1)) == 70)
        probe.ended(from: 70, at: 80, took: .milliseconds(1), now: at(1))
        #expect(probe.begin(now: at(3.1)) == 80)
        #expect(probe.begin(now: at(3.3)) == .min)
        probe.ended(from: .min, at: 90, took: .seconds(4), now: at(4))
        #expect(probe.begin(now: at(13.9)) == 90)
        #expect(probe.begin(now: at(14.1)) == .min)
    }

    @Test func `is asked from what is known, or not at all, while the true start cannot be reached in time`() {
        var probe = DueProbe()
        probe.ended(from: .min, at: nil, took: .milliseconds(100), now: at(0))
        #expect(probe.begin(now: at(3.1)) == nil)
        #expect(probe.begin(now: at(3.3)) == .min)
        probe.ended(from: .min, at: 70, took: .milliseconds(1), now: at(4))
        probe.ended(from: .min, at: nil, took: .seconds(5), now: at(9))
        #expect(probe.begin(now: at(9.1)) == 70)
    }
}

@Suite struct `A worker with nothing to send` {
    private func isNothing(_ claimed: Claimed<some Sendable>) -> Bool {
        if case .nothing = claimed { true } else { false }
    }

    @Test func `looks at no accounts whose sends are all for later, and at all of them once one is due`() async throws {
        try await withSendBed { bed in
            try await bed.database.sql(
                """
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                SELECT gen_random_uuid(), 'nxtele', 'account ' || n, 1, now() + interval '1 day',
                       now() + interval '2 days', 0
                FROM generate_series(1, 3000) AS n
                """)
            try await bed.withWorker { worker in
                let room = CallPermits.Room(free: 32, limit: 32, bySharer: [:])
                // Each would pause before the next; a look at some of the accounts is followed by the others' at once.
                for _ in 0..<5 { #expect(await isNothing(worker.claimer.claim(room))) }

                for turn in ["first", "second"] {
                    try await bed.add(1) { ($0.account, $0.text) = ("behind the others", turn) }
                    var claimed: [String] = []
                    var looks = 0
                    // 3 001 accounts, 128 a look.
                    while looks < 30 {
                        looks += 1
                        let found = await worker.claimer.claim(room)
                        if case .claims(let claims) = found { claimed += claims.map(\.send.text) }
                        if isNothing(found) { break }
                    }
                    #expect(claimed == [turn] && looks <= 25)
                    for _ in 0..<5 { #expect(await isNothing(worker.claimer.claim(room))) }
                }
            }
        }
    }
}
