import Domain
import Store
import TestSupport
import Testing

@testable import Sending

/// What may have come between a look-up's lease and what it decides.
@Suite struct `An unclear attempt about which more was learnt` {
    /// What speaks against another try at its deadline, as somebody else may have brought it since the look-up was leased.
    @Test(arguments: [
        ("SELECT", 1), ("UPDATE outbox.entry SET cancelled_at = now()", 0),
        ("UPDATE outbox.entry SET expired_at = now()", 0), ("UPDATE outbox.entry SET suppressed_at = now()", 0),
        ("UPDATE outbox.entry SET valid_until = now() - interval '1 second'", 0),
        ("UPDATE outbox.entry SET valid_until = now() + interval '1 minute'", 1),
        ("UPDATE outbox.entry SET cycle = 1", 0),
        ("UPDATE outbox.attempt SET state = 'accepted'", 0),
        (
            """
            INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at)
            SELECT gen_random_uuid(), a.entry_id, a.cycle, 2, a.provider, a.recipient_phone_number, 'accepted', now()
            FROM outbox.attempt AS a
            """, 0
        ),
        (
            """
            INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
            SELECT a.id, 'nxtele', 'webhook', 'default', now(), 'm', '1', '12', 'UNKNOWN', '2026-11-21 10:01:15', '', '',
                   1, 1, a.id, a.entry_id, now()
            FROM outbox.attempt AS a
            """, 0
        ),
    ])
    func `is not tried again by policy where anything was learnt or wished meanwhile`(change: String, count: Int)
        async throws
    {
        try await withSendBed("lost=1") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            let id = try #require(AttemptID(try await bed.rows("SELECT id FROM outbox.attempt")[0]))
            _ = try await bed.rows(change)
            let before = try await bed.rows("SELECT count(*) FROM outbox.attempt")
            let worker = bed.worker()
            let prepared = try await worker.pool.run(
                PrepareRetries([(id: .new(at: .now), after: id)], maxWait: .seconds(3_600)), timeout: .seconds(30))
            #expect(prepared == count)
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["\(count)"])
            #expect(
                try await bed.rows("SELECT count(*) - \(count) FROM outbox.attempt") == before)
            await worker.end()
        }
    }

    /// By which it is decided whether a retry is left.
    @Test func `brings with its look-up how many attempts of its cycle count`() async throws {
        try await withSendBed("lost=1") { bed in
            try await bed.add([SendBed.Given(cycle: 1)])
            _ = try await bed.rows("UPDATE outbox.entry SET owed_cycles = 2")
            try await bed.sendAll()
            _ = try await bed.rows(
                """
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, counts,
                    prepared_at)
                SELECT gen_random_uuid(), a.entry_id, given.cycle, given.number, a.provider, a.recipient_phone_number,
                       given.state, given.counts, now()
                FROM outbox.attempt AS a
                CROSS JOIN (VALUES (0, 1, 'not_sent', true), (0, 2, 'rejected', true), (1, 2, 'not_sent', false),
                                   (1, 3, 'not_sent', true), (1, 4, 'prepared', true))
                    AS given (cycle, number, state, counts)
                """)
            try await bed.makeDue()
            let worker = bed.worker()
            let leased = try await worker.pool.run(
                LeaseLookups(
                    provider: "nxtele", limit: 10, owner: 1, lease: .seconds(60), timeZone: "UTC",
                    receiptDeadline: .seconds(60)), timeout: .seconds(30))
            #expect(leased.map(\.counted) == [2])
            await worker.end()
        }
    }

    /// Then its own deadline is over, and that of a receipt which decides is not.
    @Test(arguments: [
        ("SELECT", false), ("UPDATE outbox.attempt SET unclear_deadline_passed_at = now()", true),
        (
            """
            INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
            SELECT a.id, 'nxtele', 'webhook', 'default', now(), 'm', '1', '12', 'UNKNOWN', '2026-11-21 10:01:15', '', '',
                   1, 1, a.id, a.entry_id, now()
            FROM outbox.attempt AS a
            """, true
        ),
    ])
    func `has a receipt's time once a receipt has come that says nothing, or it was given up`(
        change: String, hasTime: Bool
    ) async throws {
        try await withSendBed("lost=1") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            try await bed.passDeadlines()
            _ = try await bed.rows(change)
            let worker = bed.worker()
            let leased = try await worker.pool.run(
                LeaseLookups(
                    provider: "nxtele", limit: 10, owner: 1, lease: .seconds(60), timeZone: "UTC",
                    receiptDeadline: .seconds(7_200)), timeout: .seconds(30))
            #expect(leased.map { $0.timeLeft > .seconds(3_600) } == [hasTime])
            #expect(leased.allSatisfy { $0.timeLeft < .seconds(7_200) })
            await worker.end()
        }
    }
}
