import Domain
import Runtime
import Testing

@testable import Sending

@Suite struct `A second try that the provider calls a duplicate` {
    @Test(arguments: [(earlierSecondsAgo: 120, isProof: false), (earlierSecondsAgo: 400, isProof: true)])
    func `proves the first, unless an earlier cycle of the entry sent the same text a short while ago`(
        earlierSecondsAgo: Int, isProof: Bool
    ) async throws {
        try await withSendBed { bed in
            let id = try await bed.add([SendBed.Given(cycle: 1)])[0]
            _ = try await bed.rows(
                """
                UPDATE outbox.entry SET owed_cycles = 3;
                INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
                VALUES ('default', 2, 'charge', -0.10, -0.20, '\(id)', 0, 0)
                """)
            let now = Timestamp.now
            for (cycle, state, secondsAgo) in [(0, "accepted", earlierSecondsAgo), (1, "unclear", 60)] {
                let at = now - .seconds(secondsAgo)
                _ = try await bed.rows(
                    """
                    INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                        prepared_at, dispatched_at, unclear_deadline_passed_at)
                    SELECT '\(AttemptID(at: at, random: (0, 0)))', e.id, \(cycle), 1, e.provider, e.recipient_phone_number,
                           '\(state)', d.at, d.at, CASE '\(state)' WHEN 'unclear' THEN now() END
                    FROM outbox.entry AS e
                    CROSS JOIN (SELECT now() - interval '\(secondsAgo) seconds' AS at) AS d
                    WHERE e.id = '\(id)'
                    """)
            }
            try await bed.withWorker { worker in
                let send = try #require(await worker.claim().first).send
                await worker.record(send, .duplicate, code: "26")
            }
            #expect(
                try await bed.attempts() == ["accepted|t|", isProof ? "accepted|t|" : "unclear|t|", "not_sent|f|26"])
            #expect(
                try await bed.rows("SELECT due_at > now() + interval '4 minutes' FROM queue.send")
                    == (isProof ? [] : ["t"]))
        }
    }
}
