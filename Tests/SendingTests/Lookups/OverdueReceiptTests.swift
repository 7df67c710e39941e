import Store
import TestSupport
import Testing

@testable import Sending

@Suite struct `A receipt that is overdue` {
    @Test(arguments: ["no-receipt=1", "no-receipt=1,undelivered=1", "no-receipt=1,lookup-own-id=off"])
    func `is fetched from the record query`(script: String) async throws {
        try await withSendBed("\(script),receipt-delay=0ms") { bed in
            try await bed.add(2)
            try await bed.workUntilIdle()
            let worker = bed.worker()
            try await bed.makeDue()
            try await worker.lookups.run()
            let state = script.contains("undelivered") ? "failed|undelivered|0.10" : "sent|delivered|0.10"
            #expect(try await bed.entries() == [state, state])
            #expect(try await bed.rows("SELECT count(*) FROM queue.lookup") == ["0"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    @Test func `is given up at its deadline`() async throws {
        try await withSendBed("silent=1") { bed in
            try await bed.add(1)
            try await bed.workUntilIdle()
            _ = try await bed.rows("UPDATE queue.lookup SET due_at = now(), deadline_at = now()")
            let worker = bed.worker()
            try await worker.lookups.run()
            #expect(try await bed.entries() == ["failed|unconfirmed|0.10"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.lookup") == ["0"])
            await worker.end()
        }
    }

    @Test func `is not asked for beyond what the provider keeps`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            try await bed.workUntilIdle()
            _ = try await bed.rows("UPDATE outbox.attempt SET dispatched_at = now() - interval '40 days'")
            try await bed.makeDue()
            let worker = bed.worker()
            try await worker.lookups.run()
            #expect(await bed.sandbox.counts?.recordQueries == 0)
            #expect(try await bed.rows("SELECT tries FROM queue.lookup") == ["1"])
            await worker.end()
        }
    }

    @Test func `is neither hidden by others that stay open nor in the way of an outcome that is not known`()
        async throws
    {
        try await withSendBed("silent=1") { bed in
            let ids = try await bed.add(3)
            try await bed.workUntilIdle()
            // The first two stay open; the third has its receipt; then the second is turned into an unclear one.
            _ = try await bed.rows(
                """
                UPDATE queue.lookup AS k SET due_at = now() - interval '1 hour' + place * interval '1 minute'
                FROM unnest(ARRAY['\(ids[0])', '\(ids[1])', '\(ids[2])']::uuid[]) WITH ORDINALITY AS given (id, place)
                WHERE k.entry_id = given.id
                """)
            _ = try await bed.rows(
                """
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                    reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
                SELECT a.id, 'nxtele', 'webhook', 'default', now(), 'm', '1', '5', 'UNDELIV', '2026-11-21 10:01:15', '', '',
                       1, 2, a.id, a.entry_id, now()
                FROM outbox.attempt AS a WHERE a.entry_id = '\(ids[2])'
                """)
            let worker = bed.worker()
            let dropped = try await dropDecided(1, by: worker)
            #expect(dropped == 1)
            #expect(
                try await bed.rows("SELECT count(*) FROM queue.lookup WHERE entry_id = '\(ids[2])'") == ["0"])
            _ = try await bed.rows("UPDATE queue.lookup SET priority = 0 WHERE entry_id = '\(ids[1])'")
            let leased = try await worker.pool.run(
                LeaseLookups(
                    provider: "nxtele", limit: 1, owner: 1, lease: .seconds(60), timeZone: "UTC",
                    receiptDeadline: .seconds(60)), timeout: .seconds(60))
            #expect(leased.map(\.entryID) == [ids[1]])
            await worker.end()
        }
    }

    /// Its lease has ended, or was made while the database's clock was ahead.
    @Test(arguments: ["- interval '1 second'", "+ interval '1 hour'"])
    func `a look-up whose worker died is another's`(end: String) async throws {
        try await withSendBed("silent=1") { bed in
            try await bed.add(1)
            try await bed.workUntilIdle()
            try await bed.makeDue()
            _ = try await bed.rows(
                """
                UPDATE queue.lookup SET lease_owner = '00000000-0000-0000-0000-0000000000aa', fence = 7,
                    lease_until = now() + interval '1 minute'
                """)
            let worker = bed.worker()
            try await worker.upkeep.rescueLookups()
            try await worker.lookups.run()
            #expect(try await bed.rows("SELECT tries, fence FROM queue.lookup") == ["0|7"])
            _ = try await bed.rows("UPDATE queue.lookup SET lease_until = now() \(end)")
            try await worker.upkeep.rescueLookups()
            try await worker.lookups.run()
            #expect(try await bed.rows("SELECT tries, fence, lease_owner FROM queue.lookup") == ["1|8|"])
            await worker.end()
        }
    }

    /// A receipt of rank 1 says nothing, and one of another attempt nothing of this one.
    @Test(arguments: [
        (status: "12", rank: 1, isOfOther: false, isDropped: false), ("5", 2, true, false), ("5", 2, false, true),
    ])
    func `is looked for until one of its own attempt decides`(
        status: String, rank: Int, isOfOther: Bool, isDropped: Bool
    ) async throws {
        try await withSendBed("silent=1") { bed in
            try await bed.add(1)
            try await bed.workUntilIdle()
            _ = try await bed.rows(
                """
                WITH other AS (
                    INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                        prepared_at, dispatched_at)
                    SELECT gen_random_uuid(), a.entry_id, a.cycle, 2, a.provider, a.recipient_phone_number, 'accepted',
                           now(), now()
                    FROM outbox.attempt AS a
                    RETURNING id
                )
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                    reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
                SELECT a.id, 'nxtele', 'webhook', 'default', now(), 'm', '1', '\(status)', 'X', '2026-11-21 10:01:15', '',
                       '', 1, \(rank), \(isOfOther ? "o.id" : "a.id"), a.entry_id, now()
                FROM outbox.attempt AS a, other AS o
                """)
            try await bed.makeDue()
            let worker = bed.worker()
            let dropped = try await dropDecided(10, by: worker)
            #expect(dropped == (isDropped ? 1 : 0))
            await worker.end()
        }
    }

    /// Drops all that are decided, so many at a time.
    private func dropDecided(_ limit: Int32, by worker: TestWorker) async throws -> Int {
        var place: LookupPlace? = .start
        var dropped = 0
        while let behind = place {
            let page = try await worker.pool.run(
                DropDecidedLookups(provider: "nxtele", limit: limit, behind: behind), timeout: .seconds(60))
            dropped += page.count
            place = page.next
        }
        return dropped
    }
}
