import Domain
import Store
import TestSupport
import Testing

@testable import Sending

@Suite struct `A lease that was lost` {
    private func endLeases(_ bed: SendBed) async throws {
        _ = try await bed.rows("UPDATE queue.send SET lease_until = now() - interval '1 second'")
    }

    @Test func `leaves an unclear attempt and a look-up behind`() async throws {
        try await withSendBed { bed in
            try await bed.add(2)
            let worker = bed.worker()
            let claims = await worker.claim()
            #expect(claims.count == 2)
            #expect(try await bed.entries() == [String](repeating: "pending|dispatched|0.10", count: 2))
            try await worker.rescue.freeEnded()
            #expect(try await bed.attempts() == ["dispatched|t|", "dispatched|t|"])
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            #expect(try await bed.attempts() == ["unclear|t|", "unclear|t|"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(
                try await bed.rows("SELECT count(*) FROM queue.lookup WHERE deadline_at > now() + interval '23 hours'")
                    == ["2"])
            #expect(try await bed.entries() == [String](repeating: "pending|unclear|0.10", count: 2))
            await worker.end()
        }
    }

    @Test func `a late answer is recorded all the same`() async throws {
        try await withSendBed { bed in
            try await bed.add(2)
            let worker = bed.worker()
            let claims = await worker.claim()
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            await worker.record(claims[0].send, .accepted(providerMessageID: "m1"), code: "0")
            await worker.record(claims[1].send, .permanent, code: "4")
            #expect(try await bed.attempts().sorted() == ["accepted|t|0", "rejected|t|4"])
            #expect(try await bed.entries().sorted() == ["failed|rejected|0.00", "pending|accepted|0.10"])
            #expect(
                try await bed.rows("SELECT attempt_id, deadline_at > now() + interval '71 hours' FROM queue.lookup")
                    == ["\(claims[0].send.attemptID)|t"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    @Test func `what turns out late not to have been sent is queued again`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let send = try #require(await worker.claim().first).send
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            await worker.record(send, .wait(.notWritten, retryAfter: nil))
            #expect(try await bed.attempts() == ["not_sent|f|"])
            #expect(try await bed.entries() == ["pending|queued|0.10"])
            #expect(
                try await bed.rows("SELECT tries, counted, cycle, priority, give_up_at > now() FROM queue.send")
                    == ["1|0|0|1|t"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.lookup") == ["0"])
            // Said again, as after a commit in doubt, it changes nothing.
            await worker.record(send, .wait(.notWritten, retryAfter: nil))
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["1"])
            try await bed.makeDue()
            try await bed.workUntilIdle()
            #expect(try await bed.attempts() == ["not_sent|f|", "accepted|t|0"])
            #expect(await bed.accepted().count == 1)
            await worker.end()
        }
    }

    @Test func `an outcome that is said again ends no lease of the row that was queued anew`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let first = try #require(await worker.claim().first).send
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            await worker.record(first, .wait(.notWritten, retryAfter: nil))
            try await bed.makeDue()
            // The same worker, and again the first lease of a row.
            let second = try #require(await worker.claim().first).send
            await worker.record(first, .wait(.notWritten, retryAfter: nil))
            #expect(
                try await bed.rows("SELECT attempt_id, lease_owner IS NOT NULL FROM queue.send")
                    == ["\(second.attemptID)|t"])
            #expect(try await bed.attempts() == ["not_sent|f|", "dispatched|t|"])
            await worker.end()
        }
    }

    @Test func `what turns out not to have been sent once its deadline has passed leaves the retry that is queued`()
        async throws
    {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker {
                $0.unclearPolicy = .retry
                $0.lookups.unclearAfter = .zero
            }
            let send = try #require(await worker.claim().first).send
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            try await bed.passDeadlines()
            try await worker.lookups.run()
            #expect(try await bed.attempts() == ["unclear|t|", "prepared|t|"])
            await worker.record(send, .wait(.notWritten, retryAfter: nil))
            #expect(try await bed.attempts() == ["not_sent|f|", "prepared|t|"])
            #expect(try await bed.entries() == ["pending|queued|0.10"])
            try await bed.workUntilIdle()
            #expect(try await bed.attempts() == ["not_sent|f|", "accepted|t|0"])
            #expect(try await bed.entries() == ["pending|accepted|0.10"])
            #expect(await bed.accepted().count == 1)
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    @Test func `the row of the one who holds it now is left alone`() async throws {
        try await withSendBed { bed in
            try await bed.add(2)
            let worker = bed.worker()
            let claims = await worker.claim()
            _ = try await bed.rows(
                "UPDATE queue.send SET fence = fence + 1, lease_owner = '00000000-0000-0000-0000-0000000000aa'")
            await worker.record(claims[0].send, .accepted(providerMessageID: "m1"))
            await worker.record(claims[1].send, .retry(retryAfter: nil))
            #expect(
                try await bed.rows("SELECT DISTINCT fence, tries, lease_owner FROM queue.send")
                    == ["2|0|00000000-0000-0000-0000-0000000000aa"])
            #expect(try await bed.attempts().sorted() == ["accepted|t|", "not_sent|t|"])
            await worker.end()
        }
    }

    @Test func `an outcome that is written again changes nothing`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let send = try #require(await worker.claim().first).send
            await worker.record(send, .retry(retryAfter: .seconds(100)), code: "88")
            let state = "SELECT q.*, a.*, e.revision FROM queue.send AS q, outbox.attempt AS a, outbox.entry AS e"
            let before = try await bed.rows(state)
            await worker.record(send, .retry(retryAfter: .seconds(100)), code: "88")
            await worker.record(send, .accepted(providerMessageID: "other"))
            #expect(try await bed.rows(state) == before)
            await worker.end()
        }
    }

    @Test func `a process whose lease ended before the call does not write`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let send = try #require(await worker.claim().first).send
            let late = await worker.caller.result(of: send, gateUntil: .now.advanced(by: .milliseconds(-1)))
            #expect(late.outcome == .wait(.notWritten, retryAfter: nil))
            #expect(await bed.sandbox.counts?.calls == 0)
            // The same in time.
            let result = await worker.caller.result(of: send, gateUntil: .now.advanced(by: .seconds(60)))
            guard case .accepted = result.outcome else {
                Issue.record("not accepted: \(result)")
                return
            }
            #expect(await bed.accepted() == ["\(send.attemptID)"])
            await worker.end()
        }
    }

    /// Of a resend, whose earlier cycle used up its retries: the count begins anew, and the validity stays.
    @Test func `what is queued again has the tries of its own cycle, and no more time than it had`() async throws {
        try await withSendBed { bed in
            let id = try await bed.add([
                SendBed.Given(
                    giveUpAt: "now() + interval '10 minutes'", validUntil: "now() + interval '10 minutes'", cycle: 1)
            ])[0]
            _ = try await bed.rows(
                """
                UPDATE outbox.entry SET owed_cycles = 2;
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                    prepared_at, dispatched_at, settled_at)
                SELECT gen_random_uuid(), '\(id)', 0, number, 'nxtele', '+4915112345678',
                       CASE number WHEN 4 THEN 'rejected' ELSE 'not_sent' END, now(), now(), now()
                FROM generate_series(1, 4) AS number
                """)
            let worker = bed.worker()
            let send = try #require(await worker.claim().first).send
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            await worker.record(send, .retry(retryAfter: nil), code: "88")
            #expect(
                try await bed.rows(
                    """
                    SELECT q.tries, q.counted, q.cycle, q.give_up_at = e.valid_until
                    FROM queue.send AS q JOIN outbox.entry AS e ON e.id = q.entry_id
                    """) == ["1|1|1|t"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    @Test func `what turns out not to have been sent once it was given up stays failed, and is not sent`() async throws
    {
        try await withSendBed("lost=1") { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let send = try #require(await worker.claim().first).send
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            try await bed.passDeadlines()
            try await worker.lookups.run()
            #expect(try await bed.entries() == ["failed|unclear|0.00"])
            await worker.record(send, .wait(.notWritten, retryAfter: nil))
            #expect(try await bed.attempts() == ["not_sent|f|"])
            #expect(try await bed.entries() == ["failed|rejected|0.00"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    @Test func `one that was taken anew since it was found is not ended by its rescue`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            _ = await worker.claim()
            try await endLeases(bed)
            let found = try await worker.pool.run(
                FindLostSends(provider: "nxtele", .ended, limit: 10), timeout: .seconds(30))
            #expect(found.count == 1)
            _ = try await bed.rows("UPDATE queue.send SET fence = fence + 1, lease_until = now() + interval '1 minute'")
            let rescued = try await worker.pool.run(
                RescueSends(found, provider: "nxtele", lookUpAfter: .zero, unclearDeadline: .seconds(60)),
                timeout: .seconds(30))
            #expect(rescued.isEmpty)
            #expect(try await bed.attempts() == ["dispatched|t|"])
            #expect(try await bed.rows("SELECT fence, lease_owner IS NOT NULL FROM queue.send") == ["2|t"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.lookup") == ["0"])
            await worker.end()
        }
    }

    @Test func `one whose attempt is known not to have been sent frees its row for another attempt`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let first = try #require(await worker.claim().first).send
            // Somebody else holds the row by now, with the attempt that the outcome is about.
            _ = try await bed.rows(
                "UPDATE queue.send SET fence = fence + 1, lease_owner = '00000000-0000-0000-0000-0000000000aa'")
            await worker.record(first, .wait(.notWritten, retryAfter: nil))
            #expect(try await bed.attempts() == ["not_sent|f|"])
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            let second = try #require(await worker.claim().first).send
            #expect(second.attemptID != first.attemptID)
            #expect(try await bed.attempts() == ["not_sent|f|", "dispatched|t|"])
            await worker.end()
        }
    }

    /// A look-up that is under way when the answer comes ends nothing: from now on it is for the receipt.
    @Test func `a late acceptance takes the look-up from who has it, and begins it anew`() async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let send = try #require(await worker.claim().first).send
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            _ = try await bed.rows("UPDATE queue.lookup SET due_at = now(), tries = 7")
            let lookup = try #require(
                try await worker.pool.run(
                    LeaseLookups(
                        provider: "nxtele", limit: 1, owner: 1, lease: .seconds(60), timeZone: "UTC",
                        receiptDeadline: .seconds(60)), timeout: .seconds(30)
                ).first)
            await worker.record(send, .accepted(providerMessageID: "m1"), code: "0")
            let held = try await worker.pool.run(
                SettleLookups(
                    [
                        LookupSettlement(
                            attemptID: lookup.attemptID, fence: lookup.fence, dueAfter: nil, timeLeft: lookup.timeLeft)
                    ], owner: 1), timeout: .seconds(30))
            #expect(held.isEmpty)
            #expect(
                try await bed.rows("SELECT priority, tries, lease_owner, due_at > now() FROM queue.lookup")
                    == ["1|0||t"])
            // Nor does the deadline of the outcome pass that is known by now.
            try await worker.pool.run(
                PassDeadlines([
                    PassedDeadline(id: lookup.attemptID, state: .unclear, isOfOutcome: true, isOfReceipt: true)
                ]), timeout: .seconds(30))
            #expect(
                try await bed.rows(
                    "SELECT deadline_passed_at IS NULL, unclear_deadline_passed_at IS NULL FROM outbox.attempt")
                    == ["t|t"])
            await worker.end()
        }
    }

    @Test(arguments: [("cancelled_at", "cancelled"), ("expired_at", "expired"), ("suppressed_at", "rejected")])
    func `what turns out not to have been sent is not queued again where its cycle has ended`(
        column: String, state: String
    ) async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker()
            let send = try #require(await worker.claim().first).send
            try await endLeases(bed)
            try await worker.rescue.freeEnded()
            _ = try await bed.rows("UPDATE outbox.entry SET \(column) = now()")
            await worker.record(send, .wait(.notWritten, retryAfter: nil))
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.attempts() == ["not_sent|f|"])
            #expect(try await bed.entries() == ["failed|\(state)|0.00"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }
}
