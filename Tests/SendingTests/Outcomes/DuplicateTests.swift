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

    /// A gateway answers 504, and the provider took it all the same: the retry's 26 is the only word of that. The provider's
    /// own 88 says that it did not.
    @Test(
        arguments: [
            (answer: SendOutcome.retry(retryAfter: nil), code: nil, first: "accepted|t|", isProof: true),
            (answer: .retry(retryAfter: nil), code: "88", first: "not_sent|t|88", isProof: false),
            (answer: .wait(.rateLimited, retryAfter: nil), code: "28", first: "not_sent|f|28", isProof: false),
            (answer: .pause, code: nil, first: "not_sent|f|", isProof: false),
        ] as [(answer: SendOutcome, code: String?, first: String, isProof: Bool)])
    func `proves a first that was answered with somebody's failure, but not one of which no work was done`(
        answer: SendOutcome, code: String?, first: String, isProof: Bool
    ) async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            try await bed.withWorker { worker in
                let send = try #require(await worker.claim().first).send
                await worker.record(send, answer, code: code)
                _ = try await bed.rows("TRUNCATE ops.provider_event")
                try await bed.makeDue()
                let second = try #require(await worker.claim().first).send
                await worker.record(second, .duplicate, code: "26")
                // Said again, as after a commit in doubt, it changes nothing.
                await worker.record(second, .duplicate, code: "26")
            }
            #expect(try await bed.attempts() == [first, "not_sent|f|26"])
            #expect(try await bed.entries() == ["pending|\(isProof ? "accepted" : "queued")|0.10"])
            #expect(
                try await bed.rows("SELECT due_at > now() + interval '4 minutes' FROM queue.send")
                    == (isProof ? [] : ["t"]))
            // Its receipt is waited for like that of any other.
            #expect(
                try await bed.rows("SELECT priority, deadline_at > now() + interval '71 hours' FROM queue.lookup")
                    == (isProof ? ["1|t"] : []))
            #expect(try await bed.ledgerHolds())
        }
    }

    /// The first's lease was lost, and its answer comes when the second has been called a duplicate.
    @Test(
        arguments: [
            (late: SendOutcome.retry(retryAfter: nil), code: nil, first: "accepted|t|", isProof: true),
            (late: .unclear, code: nil, first: "accepted|t|", isProof: true),
            (late: .retry(retryAfter: nil), code: "88", first: "not_sent|t|88", isProof: false),
            (late: .wait(.notWritten, retryAfter: nil), code: nil, first: "not_sent|f|", isProof: false),
        ] as [(late: SendOutcome, code: String?, first: String, isProof: Bool)], [true, false])
    func `is proof beside a late answer of the first in the same batch, unless that says it was not taken`(
        given: (late: SendOutcome, code: String?, first: String, isProof: Bool), isLateFirst: Bool
    ) async throws {
        try await withSendBed { bed in
            try await bed.add(1)
            let worker = bed.worker {
                $0.unclearPolicy = .retry
                $0.lookups.unclearAfter = .zero
            }
            let first = try #require(await worker.claim().first).send
            _ = try await bed.rows("UPDATE queue.send SET lease_until = now() - interval '1 second'")
            try await worker.rescue.freeEnded()
            try await bed.passDeadlines()
            try await worker.lookups.run()
            let second = try #require(await worker.claim().first).send
            let late = worker.report(first, given.late, code: given.code)
            let duplicate = worker.report(second, .duplicate, code: "26")
            worker.recorder.record(isLateFirst ? [late, duplicate] : [duplicate, late])
            await worker.recorder.write()
            await worker.end()
            #expect(try await bed.attempts() == [given.first, "not_sent|f|26"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == [given.isProof ? "0" : "1"])
            #expect(try await bed.entries() == ["pending|\(given.isProof ? "accepted" : "queued")|0.10"])
            #expect(try await bed.ledgerHolds())
        }
    }

    /// What else went to the number lately, and when the first try was made.
    struct Other: Sendable {
        var text = "hello"
        var provider = "nxtele"
        var firstSecondsAgo = 120
        var isProof = true
    }

    @Test(arguments: [
        Other(isProof: false), Other(text: "another"), Other(provider: "other"),
        Other(text: "another", firstSecondsAgo: 350), Other(text: "another", firstSecondsAgo: 370, isProof: false),
    ])
    func `proves a first of the last six minutes, whatever other texts or providers reached the number`(other: Other)
        async throws
    {
        try await withSendBed { bed in
            let ids = try await bed.add([SendBed.Given(), SendBed.Given(text: other.text)])
            _ = try await bed.rows(
                """
                INSERT INTO ops.provider (name) VALUES ('other');
                DELETE FROM queue.send WHERE entry_id = '\(ids[1])';
                UPDATE queue.send SET tries = 1, counted = 1
                """)
            let attempts = [
                (ids[0], "unclear", other.firstSecondsAgo, "nxtele"), (ids[1], "accepted", 60, other.provider),
            ]
            let now = Timestamp.now
            for (id, state, secondsAgo, provider) in attempts {
                _ = try await bed.rows(
                    """
                    INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                        prepared_at, dispatched_at, unclear_deadline_passed_at)
                    SELECT '\(AttemptID(at: now - .seconds(secondsAgo), random: (0, 0)))', e.id, 0, 1, '\(provider)',
                           e.recipient_phone_number, '\(state)', d.at, d.at,
                           CASE '\(state)' WHEN 'unclear' THEN now() END
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
                try await bed.rows(
                    "SELECT state FROM outbox.attempt WHERE entry_id = '\(ids[0])' ORDER BY number")
                    == [other.isProof ? "accepted" : "unclear", "not_sent"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == [other.isProof ? "0" : "1"])
        }
    }
}
