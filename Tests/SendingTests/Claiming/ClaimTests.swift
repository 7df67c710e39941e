import Domain
import PostgresClient
import Runtime
import Store
import TestSupport
import Testing

@testable import Sending

@Suite struct `Claiming sends` {
    @Test func `two workers never send one entry both`() async throws {
        try await withSendBed("delay=5ms") { bed in
            try await bed.add(600)
            let workers = [bed.worker { $0.callsMax = 40 }, bed.worker { $0.callsMax = 40 }]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in workers {
                    group.addTask {
                        try await worker.run(until: "the queue is empty") {
                            try await bed.rows("SELECT count(*) FROM queue.send") == ["0"]
                        }
                    }
                }
                try await group.waitForAll()
            }
            for worker in workers { await worker.end() }
            #expect(await bed.sandbox.counts?.calls == 600)
            #expect(Set(await bed.accepted()).count == 600)
            #expect(try await bed.rows("SELECT state, count(*) FROM outbox.attempt GROUP BY 1") == ["accepted|600"])
        }
    }

    @Test func `takes high before normal, and the oldest of each first`() async throws {
        try await withSendBed { bed in
            try await bed.add(
                ["n3", "h2", "n1", "h1", "n2", "later"].map { name in
                    var given = SendBed.Given()
                    given.text = name
                    given.isHigh = name.hasPrefix("h")
                    given.dueAt = "now() - interval '\(10 - (Int(name.suffix(1)) ?? 0)) seconds'"
                    if name == "later" { given.dueAt = "now() + interval '1 hour'" }
                    return given
                })
            let worker = bed.worker()
            #expect(await worker.claim(3).map(\.send.text) == ["h1", "h2", "n1"])
            #expect(await worker.claim(10).map(\.send.text) == ["n2", "n3"])
            #expect(await worker.claim(10).isEmpty)
            await worker.end()
        }
    }

    @Test func `passes over entries that somebody holds, and takes them once they are free`() async throws {
        try await withSendBed { bed in
            try await bed.add(5)
            let session = Session(bed.database.url)
            try await session.script(
                """
                BEGIN;
                SELECT FROM outbox.entry AS e JOIN queue.send AS q ON q.entry_id = e.id
                ORDER BY q.due_at, q.entry_id LIMIT 2 FOR UPDATE OF e
                """)
            try await bed.withWorker { worker in
                #expect(await worker.claim(5).count == 3)
                #expect(await worker.claim(5).isEmpty)
                await session.close()
                try await eventually("the others are claimed, too") { await worker.claim(5).count == 2 }
            }
            #expect(try await bed.rows("SELECT state, count(*) FROM outbox.attempt GROUP BY 1") == ["dispatched|5"])
        }
    }

    @Test func `a lease of before settles nothing, also where the same process holds the present one`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let old = try #require(await worker.claim(1).first).send
            _ = try await bed.rows("UPDATE queue.send SET lease_owner = NULL, lease_until = NULL, attempt_id = NULL")
            let new = try #require(await worker.claim(1).first).send
            #expect(new.entryID == old.entryID && new.fence == old.fence + 1)
            for (send, held) in [(old, 0), (new, 1)] {
                let settlement = SendSettlement(
                    entryID: send.entryID, fence: send.fence, dueAfter: nil, counts: true)
                let settled = try await worker.pool.run(
                    SettleSends([settlement], owner: worker.owner), timeout: .seconds(30))
                #expect(settled.count == held)
            }
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            await worker.end()
        }
    }

    @Test func `gives no account more than half while another waits, and all to one alone`() async throws {
        try await withSendBed { bed in
            try await bed.add(50) { $0.account = "big" }
            try await bed.add(8) { $0.account = "small" }
            let worker = bed.worker { $0.callsMax = 20 }
            let first = await worker.claim(20).map(\.send.account)
            #expect(first.count { $0 == "big" } == 12 && first.count { $0 == "small" } == 8)
            let second = await worker.claim(4, inFlight: ["big": 12, "small": 4]).map(\.send.account)
            #expect(second == ["big", "big", "big", "big"])
            await worker.end()
        }
    }

    @Test func `reaches every one of many accounts`() async throws {
        try await withSendBed { bed in
            try await bed.add(
                (0..<300).map { place in
                    var given = SendBed.Given()
                    given.account = "account \(place)"
                    return given
                })
            let worker = bed.worker { $0.callsMax = 64 }
            var seen: Set<String> = []
            for _ in 0..<60 where seen.count < 300 { seen.formUnion(await worker.claim(64).map(\.send.account)) }
            #expect(seen.count == 300)
            await worker.end()
        }
    }

    /// So many accounts with sends of their own, in the order of their names.
    private func add(_ accounts: Int, each count: Int, to bed: SendBed) async throws {
        try await bed.add(
            (0..<accounts * count).map { place in
                var given = SendBed.Given()
                given.account = "account \(1_000 + place % accounts)"
                return given
            })
    }

    @Test func `gives each of many accounts its turn before any has another, also one call at a time`() async throws {
        try await withSendBed { bed in
            try await add(200, each: 2, to: bed)
            let worker = bed.worker()
            var seen: [String] = []
            // It may be nobody's turn any more in the window that a claim looks at.
            for _ in 0..<202 where seen.count < 200 { seen += await worker.claim(1).map(\.send.account) }
            #expect(seen.count == 200 && Set(seen).count == 200)
            await worker.end()
        }
    }

    @Test func `takes nobody's turn where the rate limit grants nothing`() async throws {
        try await withSendBed { bed in
            try await add(200, each: 1, to: bed)
            _ = try await bed.rows(
                """
                INSERT INTO queue.send_slot
                SELECT 'nxtele', (n + extract(epoch FROM now())::bigint * 20) * 50000 FROM generate_series(-100, 10000) AS n
                """)
            let worker = bed.worker { $0.rate = 20 }
            let room = CallPermits.Room(free: 32, limit: 32, bySharer: [:])
            for _ in 0..<5 {
                guard case .limited(let wait) = await worker.claimer.claim(room) else {
                    Issue.record("a slot was granted")
                    continue
                }
                // The first slot behind the horizon, and half of that before it, or somewhat more.
                #expect(wait > .milliseconds(60) && wait <= .milliseconds(175))
            }
            _ = try await bed.rows("DELETE FROM queue.send_slot")
            let claimed = await worker.claim(32).map(\.send.account)
            #expect(!claimed.isEmpty && claimed == claimed.indices.map { "account \(1_000 + $0)" })
            await worker.end()
        }
    }

    @Test func `leaves alone what is past its validity, which then expires`() async throws {
        try await withSendBed { bed in
            try await bed.add(2) { $0.giveUpAt = "now() - interval '1 second'" }
            try await bed.add(1)
            let worker = bed.worker()
            #expect(await worker.claim().count == 1)
            try await worker.upkeep.expire()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["1"])
            #expect(
                try await bed.entries()
                    == ["failed|expired|0.00", "failed|expired|0.00", "pending|dispatched|0.10"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    @Test func `a retry is withdrawn where a late receipt delivered the entry`() async throws {
        try await withSendBed("code:88=1") { bed in
            let ids = try await bed.add(2)
            try await bed.work(
                "both are tried",
                { $0.retry = RetryPolicy(maxAutomaticRetries: 3, base: .seconds(80_000), cap: .seconds(80_000)) }
            ) {
                try await bed.rows("SELECT count(*) FROM outbox.attempt WHERE state = 'not_sent'") == ["2"]
            }
            _ = try await bed.rows(
                """
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                    reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
                SELECT a.id, 'nxtele', 'webhook', 'default', now(), 'm', '1', '2', 'DELIVRD', '2026-11-21 10:01:15', '', '',
                       1, 3, a.id, a.entry_id, now()
                FROM outbox.attempt AS a WHERE a.entry_id = '\(ids[0])'
                """)
            try await bed.makeDue()
            try await bed.follow("")
            try await bed.workUntilIdle()
            #expect(try await bed.entries() == ["sent|delivered|0.10", "pending|accepted|0.10"])
            #expect(
                try await bed.attempts()
                    == ["not_sent|t|88", "not_sent|f|", "not_sent|t|88", "accepted|t|0"])
            #expect(await bed.accepted().count == 1)
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
        }
    }
}

@Suite struct `The rate limit` {
    @Test func `grants a moment of its grid to one only`() async throws {
        try await withSendBed { bed in
            let pools = (0..<2).map { _ in
                ConnectionPool(
                    ConnectionConfiguration(connectionString: bed.database.url(user: "postroom_send_worker")),
                    capacity: 2)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for turn in 0..<40 {
                    group.addTask {
                        let taken = try await pools[turn % 2].run(
                            TakeSendSlots(
                                provider: "nxtele", interval: .milliseconds(10), horizon: .milliseconds(250), count: 7),
                            timeout: .seconds(30))
                        #expect(taken.granted.count <= 7 && taken.granted == taken.granted.sorted())
                        #expect(taken.granted.allSatisfy { $0 <= .milliseconds(250) })
                    }
                }
                try await group.waitForAll()
            }
            #expect(
                try await bed.rows(
                    """
                    SELECT count(*) > 20, bool_and(slot % 10000 = 0), max(n) <= 100
                    FROM (SELECT slot, count(*) OVER (ORDER BY slot RANGE BETWEEN 999999 PRECEDING AND CURRENT ROW) AS n
                          FROM queue.send_slot) AS s
                    """) == ["t|t|t"])
            for pool in pools { await pool.close() }
        }
    }

    /// As in a restart one by one with another rate.
    @Test(arguments: [(10_000, 11_112), (10_000, 100_000), (10_000, 9_000)])
    func `is that of the quickest while workers have different ones`(first: Int, second: Int) async throws {
        try await withSendBed { bed in
            let worker = bed.worker()
            for turn in 0..<60 {
                _ = try await worker.pool.run(
                    TakeSendSlots(
                        provider: "nxtele", interval: .microseconds(turn % 2 == 0 ? first : second),
                        horizon: .milliseconds(250), count: 3), timeout: .seconds(30))
            }
            #expect(
                try await bed.rows(
                    """
                    SELECT count(*) > 20, min(after) >= \(min(first, second))
                    FROM (SELECT slot - lag(slot) OVER (ORDER BY slot) AS after FROM queue.send_slot) AS s
                    """) == ["t|t"])
            await worker.end()
        }
    }

    @Test func `says when the next is to be had where none is`() async throws {
        try await withSendBed { bed in
            let worker = bed.worker()
            func take() async throws -> SendSlots {
                try await worker.pool.run(
                    TakeSendSlots(
                        provider: "nxtele", interval: .seconds(2), horizon: .seconds(20), count: 100),
                    timeout: .seconds(30))
            }
            #expect(try await (9...11).contains(take().granted.count))
            // Behind the horizon, and no further than an interval; or come into it meanwhile.
            let second = try await take()
            #expect(second.granted.count <= 1)
            if second.granted.isEmpty { #expect(second.next > .seconds(20) && second.next <= .seconds(22)) }
            await worker.end()
        }
    }

    @Test func `is asked for as much as it can grant, and again when that is soon`() {
        var configuration = SendingConfiguration(reading: SettingsReader(environment: [:]))
        #expect(configuration.slotInterval == nil && configuration.slotsMax(within: .milliseconds(250)) == nil)
        for (rate, slots) in [(1, 1), (10, 3), (200, 51), (3, 1)] {
            configuration.rate = rate
            #expect(configuration.slotsMax(within: SendSource.slotHorizon) == slots)
        }
        #expect(configuration.slotInterval == .microseconds(333_334))
        // However high the rate: before the slots that come free meanwhile are due.
        #expect(SendSource.pause(untilSlotIn: .milliseconds(251), jitter: 0) == .milliseconds(126))
        #expect(SendSource.pause(untilSlotIn: .milliseconds(251), jitter: 0.999) > .milliseconds(63))
        #expect(SendSource.pause(untilSlotIn: .milliseconds(1_250), jitter: 0) == .milliseconds(1_125))
        // One that another took at the same moment: at once.
        #expect(SendSource.pause(untilSlotIn: .milliseconds(7), jitter: 0.5) == .milliseconds(2))
    }

    @Test func `claims no more than it grants, and calls none before its moment`() async throws {
        try await withSendBed { bed in
            try await bed.add(50)
            let worker = bed.worker { $0.rate = 20 }
            let before = ContinuousClock.now
            let claims = await worker.claim(50)
            // 250 ms ahead at 20 a second: five or six.
            #expect((1...6).contains(claims.count))
            #expect(
                try await bed.rows("SELECT count(*) FROM queue.send WHERE lease_owner IS NOT NULL") == [
                    "\(claims.count)"
                ])
            let moments = claims.compactMap(\.notBefore)
            #expect(moments.count == claims.count && moments == moments.sorted() && moments.allSatisfy { $0 >= before })
            await worker.end()
        }
    }

    @Test func `keeps slots for a minute`() async throws {
        try await withSendBed { bed in
            _ = try await bed.rows(
                """
                INSERT INTO queue.send_slot
                SELECT 'nxtele', ((extract(epoch FROM now()) - age) * 1000000)::bigint FROM unnest(ARRAY[-1, 5, 90, 900]) AS age
                """)
            let worker = bed.worker()
            try await worker.upkeep.pruneSlots()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send_slot") == ["2"])
            await worker.end()
        }
    }
}
