import Domain
import Store
import Testing

@testable import Sending

@Suite struct `Recipients who have opted out` {
    /// As a webhook worker records that a number said STOP or START.
    private func say(_ kind: SuppressionKind, _ number: String, account: String = "default", _ bed: SendBed)
        async throws
    {
        _ = try await bed.rows(
            """
            INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, word)
            VALUES ('\(account)', '\(number)', 'onoff', gen_random_uuid()::text, '\(kind.rawValue)', clock_timestamp(),
                    gen_random_uuid(), 'stop')
            """)
    }

    @Test func `what was accepted before is not sent, costs nothing, and says why`() async throws {
        try await withSendBed { bed in
            let ids = try await bed.add(4)
            try await bed.add([SendBed.Given(account: "other", phone: "+4915110000001")])
            try await say(.suppressed, "+4915110000001", bed)
            try await say(.suppressed, "+4915110000002", bed)
            try await say(.lifted, "+4915110000002", bed)
            try await bed.workUntilIdle()
            #expect(
                try await bed.entries()
                    == [
                        "pending|accepted|0.10", "failed|rejected|0.00", "pending|accepted|0.10",
                        "pending|accepted|0.10",
                        "pending|accepted|0.10",
                    ])
            #expect(await bed.sandbox.counts?.calls == 4)
            #expect(
                try await bed.rows(
                    """
                    SELECT e.error_details, e.retry_count, e.sent_at IS NULL, e.suppressed_at IS NOT NULL, a.state, a.counts,
                           a.dispatched_at IS NULL
                    FROM outbox.entry AS e JOIN outbox.attempt AS a ON a.entry_id = e.id WHERE e.id = '\(ids[1])'
                    """) == [
                        "The recipient has opted out of messages from this account, so the message was not sent.|0|t|t|not_sent|f|t"
                    ])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `one scheduled goes out where its recipient has opted in again in time`() async throws {
        try await withSendBed { bed in
            try await bed.add(2) { $0.dueAt = "now() + interval '1 hour'" }
            for number in ["+4915110000000", "+4915110000001"] { try await say(.suppressed, number, bed) }
            try await bed.workUntilIdle()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["2"])
            try await say(.lifted, "+4915110000000", bed)
            try await bed.makeDue()
            try await bed.workUntilIdle()
            #expect(try await bed.entries() == ["pending|accepted|0.10", "failed|rejected|0.00"])
            #expect(await bed.accepted().count == 1)
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `a retry that waits is not made, and what may have arrived keeps its state`() async throws {
        try await withSendBed("code:88=1") { bed in
            let ids = try await bed.add(2)
            try await bed.work(
                "both are tried",
                { $0.retry = RetryPolicy(maxAutomaticRetries: 3, base: .seconds(80_000), cap: .seconds(80_000)) }
            ) {
                try await bed.rows("SELECT count(*) FROM outbox.attempt WHERE state = 'not_sent'") == ["2"]
            }
            // Of the second the provider's receipt will say that it was taken after all.
            _ = try await bed.rows(
                "UPDATE outbox.attempt SET state = 'unclear' WHERE entry_id = '\(ids[1])'")
            for number in ["+4915110000000", "+4915110000001"] { try await say(.suppressed, number, bed) }
            try await bed.makeDue()
            try await bed.workUntilIdle()
            #expect(await bed.sandbox.counts?.calls == 2)
            #expect(try await bed.entries() == ["failed|rejected|0.00", "pending|unclear|0.10"])
            #expect(try await bed.attempts() == ["not_sent|t|88", "not_sent|f|", "unclear|t|88", "not_sent|f|"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `many that are not to be sent hold up none of those behind them`() async throws {
        try await withSendBed { bed in
            try await bed.add(300) { $0.phone = "+4915100000000" }
            try await bed.add(1)
            try await say(.suppressed, "+4915100000000", bed)
            let worker = bed.worker()
            var found: [String] = []
            // Each claim takes 50 of the one number away; what they free is claimed by the next at once.
            for _ in 0..<10 where found.isEmpty { found = await worker.claim(50).map(\.send.recipient) }
            #expect(found == ["+4915110000000"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send WHERE lease_owner IS NULL") == ["0"])
            await worker.end()
        }
    }
}
