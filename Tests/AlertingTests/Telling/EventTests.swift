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

    @Test func `an account that wants to hear of neither is told of neither`() async throws {
        try await withAlertBed { bed in
            try await bed.account("quiet")
            try await bed.rows(
                """
                INSERT INTO alert.settings (account, failed_sms, low_balance) VALUES ('quiet', false, false);
                INSERT INTO alert.balance_threshold VALUES ('quiet', 5)
                """)
            let ids = try await bed.entry(account: "quiet")
            try await bed.settle(ids.attempt, "rejected", code: "2")
            try await bed.refresh(ids.entry)
            try await bed.post("10", to: "quiet")
            try await bed.post("-8", to: "quiet")
            #expect(try await bed.events() == [])
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
