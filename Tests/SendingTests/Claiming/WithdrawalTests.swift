import Domain
import Store
import Testing

@testable import Sending

@Suite struct `A claim that is taken back` {
    /// Stores a receipt of the entry's cycle 0, and computes the state anew, as a webhook worker does.
    private func receive(_ status: String, rank: Int, _ bed: SendBed) async throws {
        _ = try await bed.rows(
            """
            INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
            SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', now(), 'm', '1', '\(status)', 'X',
                   '2026-11-21 10:01:15', '', '', 1, \(rank), a.id, a.entry_id, now()
            FROM outbox.attempt AS a
            WHERE a.cycle = 0
            """)
        try await refresh(bed)
    }

    private func refresh(_ bed: SendBed) async throws {
        let ids = try await bed.rows("SELECT id FROM outbox.entry").compactMap { EntryID($0) }
        try await bed.withWorker { worker in
            try await worker.pool.withConnection(timeout: .seconds(30)) { connection, deadline in
                _ = try connection.transaction(deadline: deadline) { connection in
                    try RefreshEntries.run(Set(ids), timeZone: "UTC", on: connection, deadline: deadline)
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func `tells nobody again that the message failed, and does not say that its recipient had opted out`(
        hasOptedOut: Bool
    ) async throws {
        try await withSendBed("code:88=1") { bed in
            try await bed.add(1)
            try await bed.work(
                "it is tried",
                { $0.retry = RetryPolicy(maxAutomaticRetries: 3, base: .seconds(80_000), cap: .seconds(80_000)) }
            ) {
                try await bed.rows("SELECT count(*) FROM outbox.attempt WHERE state = 'not_sent'") == ["1"]
            }
            try await receive("5", rank: 2, bed)
            #expect(try await bed.entries() == ["failed|undelivered|0.10"])
            if hasOptedOut {
                _ = try await bed.rows(
                    """
                    INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id,
                        word)
                    VALUES ('default', '+4915110000000', 'onoff', 'e', 'suppressed', now(), gen_random_uuid(), 'stop')
                    """)
            }
            try await bed.makeDue()
            try await bed.workUntilIdle()
            #expect(try await bed.entries() == ["failed|undelivered|0.10"])
            #expect(try await bed.attempts() == ["not_sent|t|88", "not_sent|f|"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.rows("SELECT kind FROM alert.event") == ["sms.failed"])
            #expect(try await bed.rows("SELECT suppressed_at IS NULL FROM outbox.entry") == ["t"])
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `books nothing where a late receipt of an earlier cycle delivered the message`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            try await bed.workUntilIdle()
            try await receive("5", rank: 2, bed)
            // As the API does where the user wants it sent again.
            _ = try await bed.rows(
                """
                UPDATE outbox.entry SET cycle = 1, owed_cycles = owed_cycles | 2;
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                SELECT e.id, e.provider, e.account, 1, now() + interval '1 hour', now() + interval '2 hours', 1
                FROM outbox.entry AS e;
                INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
                SELECT 'default', 2, 'charge', -0.10, -0.20, e.id, 1, 0
                FROM outbox.entry AS e
                """)
            try await refresh(bed)
            #expect(try await bed.entries() == ["pending|queued|0.20"])
            try await receive("2", rank: 3, bed)
            let ledger = "SELECT cycle, kind FROM billing.ledger_entry ORDER BY seq"
            #expect(try await bed.rows(ledger) == ["0|charge", "1|charge", "1|refund"])
            try await bed.makeDue()
            try await bed.workUntilIdle()
            #expect(try await bed.entries() == ["sent|delivered|0.10"])
            #expect(try await bed.attempts() == ["accepted|t|0", "not_sent|f|"])
            #expect(try await bed.rows(ledger) == ["0|charge", "1|charge", "1|refund"])
            #expect(try await bed.ledgerHolds())
            #expect(await bed.accepted().count == 1)
        }
    }
}
