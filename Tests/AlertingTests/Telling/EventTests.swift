import TestSupport
import Testing

@Suite struct `What happened` {
    @Test func `a message that fails is one event however often it is looked at, and one that recovers is another`()
        async throws
    {
        try await withAlertBed { bed in
            let ids = try await bed.entry()
            try await bed.settle(ids.attempt, "accepted")
            try await bed.refresh(ids.entry)
            #expect(try await bed.events() == [])
            try await bed.receipt(ids, status: "5")
            for _ in 0..<3 { try await bed.refresh(ids.entry) }
            #expect(try await bed.events() == ["default|sms.failed|\(ids.entry)"])
            try await bed.receipt(ids, status: "2")
            for _ in 0..<3 { try await bed.refresh(ids.entry) }
            #expect(
                try await bed.events() == [
                    "default|sms.failed|\(ids.entry)", "default|sms.recovered|\(ids.entry)",
                ])
        }
    }

    @Test func `a message that recovers while another try of it is still queued is told, too`() async throws {
        try await withAlertBed { bed in
            let ids = try await bed.entry()
            try await bed.settle(ids.attempt, "not_sent", code: "99")
            try await bed.rows(
                """
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle, tries)
                SELECT e.id, e.provider, e.account, 1, now() + interval '5 s', now() + interval '1 day', e.cycle, 1
                FROM outbox.entry AS e
                """)
            try await bed.receipt(ids, status: "5")
            try await bed.refresh(ids.entry)
            try await bed.receipt(ids, status: "2")
            try await bed.refresh(ids.entry)
            #expect(try await bed.rows("SELECT status, delivery_state FROM outbox.entry") == ["sent|delivered"])
            #expect(
                try await bed.events() == [
                    "default|sms.failed|\(ids.entry)", "default|sms.recovered|\(ids.entry)",
                ])
        }
    }

    @Test func `a delivered message is none, and neither is a cancelled one`() async throws {
        try await withAlertBed { bed in
            let delivered = try await bed.entry()
            try await bed.receipt(delivered, status: "2")
            let cancelled = try await bed.entry()
            try await bed.settle(cancelled.attempt, "not_sent")
            try await bed.rows("UPDATE outbox.entry SET cancelled_at = now() WHERE id = '\(cancelled.entry)'")
            try await bed.refresh(delivered.entry, cancelled.entry)
            #expect(
                try await bed.rows("SELECT status, delivery_state FROM outbox.entry ORDER BY id")
                    == ["sent|delivered", "failed|cancelled"])
            #expect(try await bed.events() == [])
        }
    }

    @Test func `what becomes of a cancelled one after all is none, as nobody was told that it failed`() async throws {
        try await withAlertBed { bed in
            let ids = try await bed.entry()
            try await bed.settle(ids.attempt, "not_sent")
            try await bed.rows("UPDATE outbox.entry SET cancelled_at = now() WHERE id = '\(ids.entry)'")
            try await bed.refresh(ids.entry)
            try await bed.receipt(ids, status: "2")
            try await bed.refresh(ids.entry)
            #expect(try await bed.rows("SELECT status, delivery_state FROM outbox.entry") == ["sent|delivered"])
            #expect(try await bed.events() == [])
        }
    }

    @Test func `a resend is none, and its own failure is one again`() async throws {
        try await withAlertBed { bed in
            let ids = try await bed.entry()
            try await bed.settle(ids.attempt, "rejected", code: "2")
            try await bed.refresh(ids.entry)
            try await bed.resend(ids.entry)
            #expect(try await bed.rows("SELECT status FROM outbox.entry") == ["pending"])
            #expect(try await bed.events() == ["default|sms.failed|\(ids.entry)"])
            try await bed.rows("DELETE FROM queue.send")
            try await bed.settle(try await bed.attempt(at: ids.entry, cycle: 1), "rejected", code: "2")
            try await bed.refresh(ids.entry)
            #expect(
                try await bed.rows("SELECT kind, data ->> 'cycle' FROM alert.event ORDER BY seq") == [
                    "sms.failed|0", "sms.failed|1",
                ])
        }
    }

    @Test func `late evidence of an earlier cycle after a resend is none, in whatever order it comes`() async throws {
        for isLateFirst in [true, false] {
            try await withAlertBed { bed in
                let ids = try await bed.entry()
                try await bed.settle(ids.attempt, "accepted")
                try await bed.receipt(ids, status: "5")
                try await bed.refresh(ids.entry)
                try await bed.resend(ids.entry)
                try await bed.rows("DELETE FROM queue.send")
                let second = (entry: ids.entry, attempt: try await bed.attempt(at: ids.entry, cycle: 1))
                for evidence in isLateFirst ? [ids, second] : [second, ids] {
                    try await bed.receipt(evidence, status: "2")
                    try await bed.refresh(ids.entry)
                    #expect(try await bed.rows("SELECT status FROM outbox.entry") == ["sent"])
                }
                #expect(try await bed.events() == ["default|sms.failed|\(ids.entry)"])
            }
        }
    }

    @Test func `a pause of a provider and its end are told in the transactions that say so, of each provider`()
        async throws
    {
        try await withAlertBed { bed in
            try await bed.rows(
                "INSERT INTO ops.provider (name, sends_receipts) SELECT 'other', sends_receipts FROM ops.provider LIMIT 1"
            )
            for isNews in [true, false] { #expect(try await bed.pause(true, code: "3") == isNews) }
            try await bed.pause(true, code: "9", of: "other")
            for isNews in [true, false] { #expect(try await bed.pause(false) == isNews) }
            #expect(
                try await bed.rows(
                    "SELECT account, kind, subject, data ->> 'code', data ? 'whatToDo' FROM alert.event ORDER BY seq")
                    == [
                        "|provider.paused|nxtele|3|t", "|provider.paused|other|9|t", "|provider.resumed|nxtele||f",
                    ])
            try await bed.rows(
                "BEGIN; INSERT INTO ops.provider_event (provider, kind) VALUES ('nxtele', 'paused'); ROLLBACK")
            #expect(try await bed.rows("SELECT count(*) FROM alert.event") == ["3"])
            // What a provider was and still is, is no news, also where somebody writes it once more.
            try await bed.rows("INSERT INTO ops.provider_event (provider, kind) VALUES ('nxtele', 'resumed')")
            #expect(try await bed.rows("SELECT count(*) FROM alert.event") == ["3"])
        }
    }

    @Test func `several workers that find a provider paused at the same moment tell it once`() async throws {
        try await withAlertBed { bed in
            for _ in 0..<10 {
                for isPaused in [true, false] {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 { group.addTask { _ = try await bed.pause(isPaused) } }
                        try await group.waitForAll()
                    }
                }
            }
            #expect(
                try await bed.rows("SELECT kind FROM alert.event ORDER BY seq")
                    == (0..<10).flatMap { _ in ["provider.paused", "provider.resumed"] })
        }
    }

    @Test func `nobody who may only look keeps a pause from being recorded`() async throws {
        try await withAlertBed { bed in
            let monitor = Session(bed.database.url(user: "postroom_monitor"))
            try await monitor.script(
                "DO $$ BEGIN PERFORM pg_advisory_lock(hashtextextended('postroom provider event', 0)); END $$")
            #expect(try await bed.pause(true, code: "1"))
            await monitor.close()
            #expect(try await bed.rows("SELECT kind FROM alert.event") == ["provider.paused"])
        }
    }

    @Test(arguments: [
        (false, false, []), (true, false, ["sms.failed"]), (false, true, ["balance.low"]),
        (true, true, ["sms.failed", "balance.low"]),
    ])
    func `an account is told of what it wants to hear of`(failedSMS: Bool, lowBalance: Bool, kinds: [String])
        async throws
    {
        try await withAlertBed { bed in
            try await bed.account("choosy")
            try await bed.rows(
                """
                INSERT INTO alert.settings (account, failed_sms, low_balance) VALUES ('choosy', \(failedSMS), \(lowBalance));
                INSERT INTO alert.balance_threshold VALUES ('choosy', 5)
                """)
            let ids = try await bed.entry(account: "choosy")
            try await bed.settle(ids.attempt, "rejected", code: "2")
            try await bed.refresh(ids.entry)
            try await bed.post("10", to: "choosy")
            try await bed.post("-8", to: "choosy")
            #expect(try await bed.rows("SELECT kind FROM alert.event ORDER BY seq") == kinds)
        }
    }

    @Test func `a balance that falls below several thresholds at once is an event each, and again after recovering`()
        async throws
    {
        try await withAlertBed { bed in
            try await bed.account("a", "b")
            try await bed.rows(
                "INSERT INTO alert.balance_threshold VALUES ('a', 5), ('a', 10.00), ('a', 0), ('b', 10)")
            try await bed.post("20", to: "a")
            try await bed.post("20", to: "b")
            try await bed.post("-10", to: "a")  // At a threshold it is not below it.
            #expect(try await bed.events() == [])
            try await bed.post("-6.50", to: "a")
            #expect(try await bed.events() == ["a|balance.low|10.00", "a|balance.low|5"])
            try await bed.post("-1", to: "a")
            #expect(try await bed.events().count == 2)
            try await bed.post("5", to: "a")
            try await bed.post("-4", to: "a")
            #expect(
                try await bed.rows("SELECT subject, data FROM alert.event ORDER BY seq DESC LIMIT 1") == [
                    #"5|{"seq": 6, "balance": 3.50, "currency": "USD", "threshold": 5}"#
                ])
            try await bed.post("-4", to: "a")
            #expect(try await bed.events().last == "a|balance.low|0")
            #expect(try await bed.events().count == 4)
        }
    }
}
