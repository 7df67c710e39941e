import Domain
import Providers
import Runtime
import Store
import TestSupport
import Testing

@testable import Sending

@Suite struct `An attempt whose outcome is not known` {
    /// Tries again at the deadline, and lets its lists count from its first look on.
    private func bold(_ configuration: inout SendingConfiguration) {
        configuration.unclearPolicy = .retry
        configuration.lookups.unclearAfter = .zero
    }

    @Test(arguments: ["drop=1", "drop=1,own-id=on"])
    func `is found by its own id, with what became of it`(script: String) async throws {
        try await withSendBed("\(script),receipt-delay=0ms") { bed in
            try await bed.add(3)
            try await bed.sendAll()
            #expect(try await bed.entries() == [String](repeating: "pending|unclear|0.10", count: 3))
            let worker = bed.worker()
            try await worker.lookups.run()
            #expect(await bed.sandbox.counts?.recordQueries == 0)
            try await bed.makeDue()
            try await worker.lookups.run()
            #expect(try await bed.attempts() == [String](repeating: "accepted|t|", count: 3))
            #expect(try await bed.entries() == [String](repeating: "sent|delivered|0.10", count: 3))
            #expect(
                try await bed.rows("SELECT source, rank, webhook_id, count(*) FROM outbox.receipt GROUP BY 1, 2, 3")
                    == ["query|3||3"])
            #expect(
                try await bed.rows("SELECT count(*) FROM outbox.attempt WHERE provider_message_id IS NOT NULL")
                    == [script.contains("own-id") ? "0" : "3"])
            // The evidence is there: the next look asks nobody.
            let asked = await bed.sandbox.counts?.recordQueries
            try await bed.makeDue()
            try await worker.lookups.run()
            #expect(try await bed.rows("SELECT count(*) FROM queue.lookup") == ["0"])
            #expect(await bed.sandbox.counts?.recordQueries == asked)
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    /// As where a late outcome has the attempt, waits for the look-up, and Postgres chooses this transaction to end that.
    @Test func `is settled also where Postgres refuses the transaction for another's sake`() async throws {
        try await withSendBed("drop=1,receipt-delay=0ms") { bed in
            try await bed.add(3)
            try await bed.sendAll()
            try await bed.makeDue()
            // Not undone by the rollback: the first two are refused.
            _ = try await bed.rows(
                """
                CREATE SEQUENCE public.refusals;
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                    IF nextval('public.refusals') <= 2 THEN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END IF;
                    RETURN NULL;
                END
                $$;
                CREATE TRIGGER refused BEFORE UPDATE ON outbox.attempt
                    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse()
                """)
            let worker = bed.worker()
            await #expect(throws: Never.self) { try await worker.lookups.run() }
            #expect(try await bed.rows("SELECT last_value >= 3 FROM public.refusals") == ["t"])
            #expect(try await bed.attempts() == [String](repeating: "accepted|t|", count: 3))
            #expect(try await bed.entries() == [String](repeating: "sent|delivered|0.10", count: 3))
            #expect(try await bed.rows("SELECT count(*) FROM queue.lookup WHERE lease_owner IS NOT NULL") == ["0"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    @Test(arguments: [false, true])
    func `holds up no other where somebody has its entry locked, or Postgres refuses it`(isRefused: Bool) async throws {
        try await withSendBed("drop=1,receipt-delay=0ms") { bed in
            let ids = try await bed.add(3)
            try await bed.sendAll()
            try await bed.makeDue()
            let session = Session(bed.database.url)
            if isRefused {
                _ = try await bed.rows(
                    """
                    CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                    BEGIN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation';
                    END
                    $$;
                    CREATE TRIGGER refused BEFORE UPDATE ON outbox.attempt
                        FOR EACH ROW WHEN (OLD.entry_id = '\(ids[1])') EXECUTE FUNCTION public.refuse()
                    """)
            } else {
                try await session.script("BEGIN; SELECT FROM outbox.entry AS e WHERE e.id = '\(ids[1])' FOR UPDATE")
            }
            try await bed.withWorker { worker in
                try await worker.lookups.run()
                #expect(
                    try await bed.entries()
                        == ["sent|delivered|0.10", "pending|unclear|0.10", "sent|delivered|0.10"])
                await session.close()
                if isRefused { _ = try await bed.rows("DROP TRIGGER refused ON outbox.attempt") }
                // Its lease ends, and another pass has it.
                _ = try await bed.rows(
                    "UPDATE queue.lookup SET lease_until = now() - interval '1 second' WHERE lease_owner IS NOT NULL")
                try await worker.upkeep.rescueLookups()
                try await worker.lookups.run()
            }
            #expect(try await bed.entries() == [String](repeating: "sent|delivered|0.10", count: 3))
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test(arguments: ["receipt-delay=0ms", "receipt-delay=24h"])
    func `is found in the list of its day with all others that wait, and is not tried again`(script: String)
        async throws
    {
        let count = Int(LookupPass.questionsMax) * 5 / 2
        try await withSendBed("drop=1,own-id=on,lookup-own-id=off,\(script)") { bed in
            // They are the text of a command.
            for _ in 0..<5 { try await bed.add(count / 5) }
            try await bed.sendAll()
            try await bed.passDeadlines()
            let worker = bed.worker(bold)
            // The first reads the list; the others come before it may be read again.
            for _ in 0..<4 { try await worker.lookups.run() }
            await worker.end()
            #expect(
                try await bed.rows("SELECT state, count(*) FROM outbox.attempt GROUP BY 1") == ["accepted|\(count)"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(await bed.accepted().count == count)
            let state = script.hasSuffix("0ms") ? "sent|delivered" : "pending|accepted"
            #expect(
                try await bed.rows("SELECT status, delivery_state, count(*) FROM outbox.entry GROUP BY 1, 2")
                    == ["\(state)|\(count)"])
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `is looked for by index among what a list shows`() async throws {
        try await withSendBed { bed in
            let plan = try await bed.database.plan(
                of: FindSoughtAttempts.sql, "text, bigint[], uuid[], text[]",
                "'nxtele', '{1}', '{00000000-0000-0000-0000-0000000000aa}', '{m}'", as: "postroom_send_worker")
            #expect(plan.contains("using attempt_provider_message_id_idx"), "\(plan)")
            #expect(plan.contains("using lookup_pkey") && !plan.contains("Seq Scan"), "\(plan)")
        }
    }

    @Test func `is not tried again while the lists that may show it cannot be read, for a while`() async throws {
        // The first list is admitted, and none of the days beside it.
        try await withSendBed("lost=1,list-interval=1h") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            try await bed.passDeadlines()
            let worker = bed.worker(bold)
            try await worker.lookups.run()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.rows("SELECT tries, due_at > now(), priority FROM queue.lookup") == ["1|t|0"])
            // However often it was asked for before, it has some minutes past its deadline.
            _ = try await bed.rows("UPDATE queue.lookup SET due_at = now(), tries = 30")
            try await worker.lookups.run()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            _ = try await bed.rows("UPDATE queue.lookup SET due_at = now(), deadline_at = now() - interval '5 minutes'")
            try await worker.lookups.run()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["1"])
            await worker.end()
        }
    }

    /// What is a minute old by the database's clock was called a moment ago, as where that leaps.
    @Test func `is not tried again for what lists say that were read before its call, however old it seems`()
        async throws
    {
        try await withSendBed("drop=1,own-id=on,lookup-own-id=off,receipt-delay=24h") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            let worker = bed.worker { $0.unclearPolicy = .retry }
            try await bed.makeDue()
            try await worker.lookups.run()
            #expect(try await bed.attempts() == ["accepted|t|"])
            try await bed.add(1)
            try await bed.sendAll()
            try await bed.passDeadlines()
            try await worker.lookups.run()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.attempts() == ["accepted|t|", "unclear|t|"])
            // Another reads them now.
            let other = bed.worker(bold)
            try await bed.makeDue()
            try await other.lookups.run()
            #expect(try await bed.attempts() == ["accepted|t|", "accepted|t|"])
            #expect(await bed.accepted().count == 2)
            #expect(try await bed.ledgerHolds())
            for one in [worker, other] { await one.end() }
        }
    }

    @Test(arguments: ["", "own-id=on,lookup-own-id=off,"])
    func `is found on the day before by a provider that knows no later day`(script: String) async throws {
        try await withSendBed("drop=1,receipt-delay=0ms,\(script)utc-offset=-12h") { bed in
            try await bed.add(2)
            try await bed.sendAll()
            try await bed.makeDue()
            // A day ahead of it: its day has not begun there.
            let worker = bed.worker { $0.timeZone = "Etc/GMT-12" }
            let pass = LookupPass(
                worker.configuration,
                provider: StrictProvider(inner: worker.provider, behindMicroseconds: 12 * 3_600_000_000),
                client: worker.client, owner: worker.owner, pool: worker.pool, log: bed.log)
            try await pass.run()
            await worker.end()
            #expect(try await bed.entries() == [String](repeating: "sent|delivered|0.10", count: 2))
        }
    }

    @Test func `is accepted where the provider has it and no report yet, and then has a receipt's time`() async throws {
        try await withSendBed("drop=1,receipt-delay=24h") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            try await bed.passDeadlines()
            let worker = bed.worker()
            try await worker.lookups.run()
            #expect(try await bed.entries() == ["pending|accepted|0.10"])
            #expect(
                try await bed.rows(
                    "SELECT deadline_at > now() + interval '71 hours', lease_owner IS NULL FROM queue.lookup")
                    == ["t|t"])
            await worker.end()
        }
    }

    @Test func `is looked for again later where the provider does not show it`() async throws {
        try await withSendBed("lost=1") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            let worker = bed.worker()
            for (tries, from, to) in [(1, 25, 30), (2, 50, 60), (3, 110, 120)] {
                try await bed.makeDue()
                try await worker.lookups.run()
                #expect(
                    try await bed.rows(
                        "SELECT tries, extract(epoch FROM due_at - now()) BETWEEN \(from) AND \(to) FROM queue.lookup")
                        == ["\(tries)|t"])
            }
            #expect(try await bed.entries() == ["pending|unclear|0.10"])
            await worker.end()
        }
    }

    @Test func `fails at its deadline, and the charge is refunded until late evidence turns it`() async throws {
        try await withSendBed("lost=1") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            try await bed.passDeadlines()
            let worker = bed.worker()
            try await worker.lookups.run()
            #expect(try await bed.entries() == ["failed|unclear|0.00"])
            // Until a receipt's deadline: one that says nothing would else keep it pending for ever.
            #expect(
                try await bed.rows("SELECT due_at > now() + interval '1 hour', lease_owner IS NULL FROM queue.lookup")
                    == ["t|t"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(
                try await bed.rows("SELECT error_details LIKE '%not known%' FROM outbox.entry") == ["t"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    /// By the deadline, which an operator reads: others are the next to be decided.
    @Test func `is behind all whose deadline comes before its receipt's, once it was given up`() async throws {
        try await withSendBed("lost=1") { bed in
            let ids = try await bed.add(2)
            try await bed.sendAll()
            try await bed.passDeadlines()
            _ = try await bed.rows(
                """
                UPDATE queue.lookup SET due_at = now() + interval '1 hour', deadline_at = now() + interval '1 day'
                WHERE entry_id = '\(ids[1])'
                """)
            try await bed.withWorker { try await $0.lookups.run() }
            #expect(try await bed.entries() == ["failed|unclear|0.00", "pending|unclear|0.10"])
            #expect(
                try await bed.rows(
                    "SELECT entry_id, deadline_at > now() + interval '71 hours' FROM queue.lookup ORDER BY deadline_at")
                    == ["\(ids[1])|f", "\(ids[0])|t"])
        }
    }

    @Test func `is tried again at its deadline where the account accepts the risk`() async throws {
        try await withSendBed("lost=1") { bed in
            try await bed.add(1)
            try await bed.add(1) { $0.account = "bold" }
            try await bed.add(1) { $0.account = "capped" }
            _ = try await bed.rows(
                "UPDATE billing.account SET unclear_policy = 'retry' WHERE name IN ('bold', 'capped')")
            _ = try await bed.rows("UPDATE billing.account SET max_automatic_retries = 0 WHERE name = 'capped'")
            try await bed.sendAll()
            try await bed.passDeadlines()
            let worker = bed.worker { $0.lookups.unclearAfter = .zero }
            try await worker.lookups.run()
            await worker.end()
            #expect(
                try await bed.rows("SELECT account, tries, counted, attempt_id IS NOT NULL FROM queue.send")
                    == ["bold|1|1|t"])
            #expect(try await bed.attempts() == ["unclear|t|", "unclear|t|", "prepared|t|", "unclear|t|"])
            #expect(
                try await bed.entries() == ["failed|unclear|0.00", "pending|queued|0.10", "failed|unclear|0.00"])
            try await bed.follow("")
            try await bed.workUntilIdle()
            #expect(try await bed.attempts() == ["unclear|t|", "unclear|t|", "accepted|t|0", "unclear|t|"])
            #expect(await bed.accepted().count == 1)
            #expect(try await bed.rows("SELECT retry_count FROM outbox.entry WHERE account = 'bold'") == ["1"])
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `a retry by policy that expires leaves its entry unclear, not waiting`() async throws {
        try await withSendBed("lost=1") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            try await bed.passDeadlines()
            let worker = bed.worker(bold)
            try await worker.lookups.run()
            #expect(try await bed.entries() == ["pending|queued|0.10"])
            _ = try await bed.rows("UPDATE queue.send SET give_up_at = now()")
            try await worker.upkeep.expire()
            #expect(try await bed.attempts() == ["unclear|t|", "not_sent|f|"])
            #expect(try await bed.rows("SELECT status FROM outbox.entry") == ["failed"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
        }
    }

    @Test func `is proved by the provider's word that the second try is a duplicate`() async throws {
        try await withSendBed("drop=1,dedupe=on,lookup-own-id=off") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            try await bed.passDeadlines()
            let worker = bed.worker(bold)
            try await worker.lookups.run()
            await worker.end()
            #expect(try await bed.entries() == ["pending|queued|0.10"])
            try await bed.sendAll()
            #expect(try await bed.attempts() == ["accepted|t|", "not_sent|f|26"])
            #expect(try await bed.entries() == ["pending|accepted|0.10"])
            #expect(await bed.accepted().count == 1)
            #expect(
                try await bed.rows("SELECT count(*) FROM queue.lookup WHERE deadline_at > now() + interval '71 hours'")
                    == ["1"])
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `is not proved where another entry sent the same text to that number`() async throws {
        try await withSendBed("drop=1,lookup-own-id=off") { bed in
            try await bed.add(2) { $0.phone = "+4915199999999" }
            try await bed.sendAll()
            _ = try await bed.rows(
                "DELETE FROM queue.lookup WHERE entry_id = (SELECT max(id::text)::uuid FROM outbox.entry)")
            try await bed.passDeadlines()
            let worker = bed.worker(bold)
            try await worker.lookups.run()
            await worker.end()
            try await bed.follow("code:26=1")
            try await bed.work("the second try is settled") {
                try await bed.rows("SELECT count(*) FROM outbox.attempt WHERE provider_code = '26'") == ["1"]
            }
            #expect(try await bed.attempts() == ["unclear|t|", "not_sent|f|26", "unclear|t|"])
            #expect(
                try await bed.rows("SELECT due_at > now() + interval '4 minutes' FROM queue.send") == ["t"])
        }
    }

    @Test func `is left to its receipt where that has come`() async throws {
        try await withSendBed("drop=1") { bed in
            try await bed.add(1)
            try await bed.sendAll()
            _ = try await bed.rows(
                """
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                    reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
                SELECT a.id, 'nxtele', 'webhook', 'default', now(), 'm', '1', '5', 'UNDELIV', '2026-11-21 10:01:15', '', '',
                       1, 2, a.id, a.entry_id, now()
                FROM outbox.attempt AS a
                """)
            try await bed.makeDue()
            let worker = bed.worker()
            try await worker.lookups.run()
            #expect(await bed.sandbox.counts?.recordQueries == 0)
            #expect(try await bed.rows("SELECT count(*) FROM queue.lookup") == ["0"])
            await worker.end()
        }
    }
}

/// NXTele, to whom a day that has not begun is no day.
private struct StrictProvider: SendingProvider {
    let inner: NXTeleSender
    /// How far its local time is behind UTC.
    let behindMicroseconds: Int64
    var name: String { inner.name }

    func send(_ message: OutgoingMessage, at now: Timestamp) -> ProviderCall { inner.send(message, at: now) }
    func result(of reply: ProviderReply) -> SendResult { inner.result(of: reply) }
    func lookUp(messageID: String, day: CivilDate) -> ProviderCall {
        strict(inner.lookUp(messageID: messageID, day: day), day)
    }
    func lookUpResult(of reply: ProviderReply) -> RecordAnswer { inner.lookUpResult(of: reply) }
    func dayList(_ day: CivilDate, page: Int, pageSize: Int) -> ProviderCall {
        strict(inner.dayList(day, page: page, pageSize: pageSize), day)
    }
    func dayListResult(of reply: ProviderReply) -> DayListAnswer { inner.dayListResult(of: reply) }
    func balance(at now: Timestamp) -> ProviderCall { inner.balance(at: now) }
    func balanceResult(of reply: ProviderReply) -> BalanceAnswer { inner.balanceResult(of: reply) }

    /// The sandbox takes any later day, and none that is not one.
    private func strict(_ call: ProviderCall, _ day: CivilDate) -> ProviderCall {
        let today = (Timestamp.now - .microseconds(behindMicroseconds)).day
        guard day > today else { return call }
        let body = String(decoding: call.body, as: UTF8.self).replacing("date=", with: "date=never")
        return ProviderCall(path: call.path, contentType: call.contentType, body: Array(body.utf8))
    }
}
