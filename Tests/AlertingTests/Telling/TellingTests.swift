import Domain
import Foundation
import PostgresClient
import Store
import TestSupport
import Testing

@testable import Alerting

@Suite struct `Telling` {
    @Test func `fewer events than the account's number are told one by one, at once`() async throws {
        try await withAlertBed { bed in
            try await bed.rows("INSERT INTO alert.settings (account, digest_count) VALUES ('default', 3)")
            try await bed.happen(2, kind: "balance.low", account: "default")
            let told = try await bed.telling().run()
            #expect(told.events == 2)
            #expect(try await bed.notifications() == ["balance.low|1", "balance.low|1"])
            #expect(
                try await bed.rows("SELECT account, data, first_at = last_at FROM alert.notification ORDER BY id")
                    == [#"default|{"n": 1}|t"#, #"default|{"n": 2}|t"#])
            #expect(try await bed.events() == [])
        }
    }

    @Test(arguments: [1, 2, 30])
    func `from the account's number on they wait for the end of the window, and are told as one`(_ more: Int)
        async throws
    {
        try await withAlertBed { bed in
            try await bed.rows(
                "INSERT INTO alert.settings (account, digest_count, digest_seconds) VALUES ('default', 3, 600)")
            try await bed.happen(2 + more, kind: "balance.low", account: "default")
            for _ in 0..<3 { try await bed.telling().run() }
            #expect(try await bed.notifications() == ["balance.low|1", "balance.low|1"])
            #expect(try await bed.events().count == more)
            try await bed.pass(seconds: 500)
            try await bed.telling().run()
            #expect(try await bed.events().count == more)
            try await bed.pass(seconds: 100)
            for _ in 0..<3 { try await bed.telling().run() }
            #expect(try await bed.notifications().count == 3)
            #expect(try await bed.notifications().last == "balance.low|\(more)")
            let subjects = (3...(2 + min(more, 20))).map { #""thing-\#($0)""# }.joined(separator: ", ")
            #expect(
                try await bed.rows("SELECT data FROM alert.notification ORDER BY created_at DESC, id DESC LIMIT 1") == [
                    more == 1 ? #"{"n": 3}"# : #"{"count": \#(more), "subjects": [\#(subjects)]}"#
                ])
            #expect(try await bed.events() == [])
        }
    }

    @Test func `a window of a clock that was ahead holds nothing back`() async throws {
        try await withAlertBed { bed in
            try await bed.happen(30)
            _ = try await bed.telling().run()
            let before = try await bed.notifications().count
            #expect(before < 30)
            let held = try await bed.telling().run()
            #expect(held == Told())
            try await bed.rows("UPDATE alert.notification SET window_at = now() + interval '1 year'")
            let told = try await bed.telling().run()
            #expect(told != Told())
        }
    }

    @Test func `kinds and accounts have windows of their own`() async throws {
        try await withAlertBed { bed in
            try await bed.account("a")
            for account in ["default", "a", nil] as [String?] {
                try await bed.happen(12, kind: "balance.low", account: account)
                try await bed.happen(9, kind: "endpoint.disabled", account: account)
            }
            try await bed.telling().run()
            #expect(
                try await bed.rows(
                    "SELECT account, kind, count(*) FROM alert.notification GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2")
                    == [
                        "a|balance.low|9", "a|endpoint.disabled|9", "default|balance.low|9",
                        "default|endpoint.disabled|9",
                        "|balance.low|9", "|endpoint.disabled|9",
                    ])
            #expect(try await bed.events().count == 9)
        }
    }

    @Test func `held groups hide none behind them, however many they are`() async throws {
        try await withAlertBed { bed in
            // As many as a pass looks at: each has told something, and the rest waits for the end of the window.
            let held = TellingPass.pagesMax
            try await bed.rows(
                """
                INSERT INTO billing.account (name, kind, currency)
                SELECT 'held-' || to_char(n, 'FM000'), 'postpaid', 'USD' FROM generate_series(1, \(held)) AS n;
                INSERT INTO alert.settings (account, digest_count)
                SELECT name, 2 FROM billing.account WHERE name LIKE 'held-%';
                INSERT INTO alert.event (account, kind, subject, data)
                SELECT name, 'balance.low', 'thing-' || n, '{}'
                FROM billing.account, generate_series(1, 3) AS n WHERE name LIKE 'held-%'
                """)
            let telling = bed.telling(groupsMax: 1)
            #expect(try await telling.run().events == held)
            try await bed.account("late")
            try await bed.happen(1, kind: "balance.low", account: "late")
            var told = [String]()
            for _ in 0..<2 where told.isEmpty {
                try await telling.run()
                told = try await bed.rows("SELECT account FROM alert.notification WHERE account = 'late'")
            }
            #expect(told == ["late"])
            // And begins anew: what comes to the first is told, too.
            try await bed.account("early")
            try await bed.happen(1, kind: "balance.low", account: "early")
            for _ in 0..<2 { try await telling.run() }
            #expect(try await bed.events().count { $0.hasPrefix("early") } == 0)
        }
    }

    @Test func `each endpoint of the account that is used and wants the kind gets a delivery, for 84 hours`()
        async throws
    {
        try await withAlertBed { bed in
            try await bed.account("a")
            let all = try await bed.endpoint(of: "a")
            let some = try await bed.endpoint(of: "a", kinds: ["sms.failed", "balance.low"])
            try await bed.endpoint(of: "a", kinds: ["sms.failed"])
            try await bed.endpoint(of: "a", disabled: true)
            try await bed.endpoint(of: "a", deleted: true)
            try await bed.endpoint(of: "default")
            let operators = try await bed.endpoint()
            try await bed.happen(1, kind: "balance.low", account: "a")
            try await bed.happen(1, kind: "health.failed")
            #expect(try await bed.telling().run() == Told(events: 2, notifications: 2, deliveries: 3))
            #expect(
                try await bed.rows(
                    """
                    SELECT q.endpoint_id, q.account, n.kind, q.tries, q.lease_owner IS NULL, q.due_at <= now(),
                           q.give_up_at - q.due_at
                    FROM queue.notification AS q JOIN alert.notification AS n ON n.id = q.notification_id
                    ORDER BY n.kind, q.endpoint_id
                    """)
                    == [all, some].sorted().map { "\($0)|a|balance.low|0|t|t|3 days 12:00:00" }
                    + ["\(operators)||health.failed|0|t|t|3 days 12:00:00"])
        }
    }

    @Test func `a trial reaches the endpoint that it names whatever its kinds, and is never held`() async throws {
        try await withAlertBed { bed in
            let one = try await bed.endpoint(of: "default", kinds: ["sms.failed"])
            try await bed.endpoint(of: "default")
            for _ in 0..<15 {
                try await bed.rows(
                    """
                    INSERT INTO alert.event (account, kind, subject, data)
                    VALUES ('default', 'alert.test', '\(one)', '{"endpointId": "\(one)"}')
                    """)
            }
            for _ in 0..<2 { try await bed.telling().run() }
            #expect(try await bed.rows("SELECT count(*) FROM alert.notification WHERE event_count = 1") == ["15"])
            #expect(
                try await bed.rows("SELECT endpoint_id, count(*) FROM queue.notification GROUP BY 1") == ["\(one)|15"])
            try await bed.happen(1, kind: "alert.test", account: "default")
            try await bed.telling().run()
            #expect(try await bed.rows("SELECT count(*) FROM queue.notification") == ["17"])
        }
    }

    @Test func `of a failed message it says why and how often it was tried, but neither text nor number`() async throws
    {
        try await withAlertBed { bed in
            try await bed.rows("INSERT INTO billing.account VALUES ('few', 'postpaid', 'USD', 1)")
            for account in ["default", "few"] {
                let ids = try await bed.entry(account: account)
                let second = try await bed.attempt(at: ids.entry, number: 2)
                for attempt in [ids.attempt, second] { try await bed.settle(attempt, "rejected", code: "99") }
                try await bed.refresh(ids.entry)
            }
            try await bed.telling().run()
            let rows = try await bed.rows("SELECT account, data FROM alert.notification ORDER BY account")
            let entries = try await bed.rows("SELECT id, error_details FROM outbox.entry ORDER BY account")
                .map { $0.split(separator: "|", maxSplits: 1).map(String.init) }
            for (row, entry) in zip(rows, entries) {
                let json = try #require(row.split(separator: "|", maxSplits: 1).last)
                let data = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
                #expect(
                    Set(data.keys) == [
                        "outboxId", "userId", "cycle", "deliveryState", "errorDetails", "retryCount", "retriesUsedUp",
                    ])
                #expect(data["outboxId"] as? String == entry[0])
                #expect(data["errorDetails"] as? String == entry[1])
                #expect(data["userId"] as? String == "user-1")
                #expect(data["deliveryState"] as? String == "rejected")
                #expect(data["retryCount"] as? Int == 1)
                #expect(data["retriesUsedUp"] as? Bool == row.hasPrefix("few|"))
            }
            #expect(rows.count == 2)
            #expect(!rows.joined().contains("15112345678") && !rows.joined().contains("the text"))
        }
    }

    @Test
    func `retries are counted over all cycles, as the entry's are, and those of the cycle are the automatic ones`()
        async throws
    {
        try await withAlertBed { bed in
            let ids = try await bed.entry()
            let second = try await bed.attempt(at: ids.entry, number: 2)
            for attempt in [ids.attempt, second] { try await bed.settle(attempt, "rejected", code: "99") }
            try await bed.refresh(ids.entry)
            try await bed.resend(ids.entry)
            try await bed.rows("DELETE FROM queue.send")
            try await bed.settle(try await bed.attempt(at: ids.entry, cycle: 1), "rejected", code: "2")
            try await bed.refresh(ids.entry)
            try await bed.telling(retriesMax: 1).run()
            #expect(
                try await bed.rows(
                    """
                    SELECT data -> 'cycle', data -> 'retryCount', data -> 'retriesUsedUp' FROM alert.notification
                    ORDER BY data -> 'cycle'
                    """) == ["0|1|true", "1|2|false"])
            #expect(try await bed.rows("SELECT retry_count FROM outbox.entry") == ["2"])
        }
    }

    @Test func `the retries of an account without a number of its own are the setting's`() async throws {
        try await withAlertBed { bed in
            let ids = try await bed.entry()
            try await bed.settle(ids.attempt, "rejected", code: "99")
            try await bed.refresh(ids.entry)
            try await bed.telling(retriesMax: 0).run()
            #expect(try await bed.rows("SELECT data -> 'retriesUsedUp' FROM alert.notification") == ["true"])
        }
    }

    @Test func `by many workers at once tells every event once`() async throws {
        try await withAlertBed { bed in
            try await bed.account("a", "b")
            let accounts = ["a", "b", "default", nil] as [String?]
            for account in accounts {
                try await bed.endpoint(of: account)
                try await bed.happen(100, kind: "sms.recovered", account: account)
                try await bed.rows(
                    "INSERT INTO alert.settings (account, digest_count) SELECT '\(account ?? "")', 1000 "
                        + "WHERE '\(account ?? "")' <> ''")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { for _ in 0..<5 { try await bed.telling().run() } } }
                try await group.waitForAll()
            }
            try await bed.telling().run()
            #expect(
                try await bed.rows(
                    """
                    SELECT account, count(*), count(DISTINCT data), sum(event_count) FROM alert.notification
                    GROUP BY 1 ORDER BY 1 NULLS LAST
                    """) == ["a|100|100|100", "b|100|100|100", "default|100|100|100", "|9|9|9"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.notification") == ["309"])
            #expect(try await bed.events().count == 91)
        }
    }

    @Test func `leaves an account alone that somebody else is telling, and does not wait for it`() async throws {
        try await withAlertBed { bed in
            try await bed.account("a")
            try await bed.happen(1, account: "a")
            try await bed.happen(1, account: "default")
            let other = Session(bed.database.url(user: "postroom_alert_worker"))
            try await other.script("BEGIN")
            #expect(try await other.run(TryLock("postroom.telling.a")))
            try await bed.telling().run()
            #expect(try await bed.events() == ["a|health.failed|thing-1"])
            await other.close()
            try await eventually("the other's lock is gone") {
                try await bed.telling().run()
                return try await bed.events() == []
            }
        }
    }

    @Test func `that is cut off before its commit has told nothing, and is done once afterwards`() async throws {
        try await withAlertBed { bed in
            try await bed.endpoint()
            try await bed.happen(1)
            let dying = Session(bed.database.url(user: "postroom_alert_worker"))
            try await dying.script("BEGIN")
            let group = try await dying.run(ReadTellingGroup(account: "", kind: "health.failed"))
            let told = try await dying.run(
                TellEach(group, ids: [NotificationID(rawValue: 1)], windowAt: group.now, retriesMax: 3))
            #expect(told == Told(events: 1, notifications: 1, deliveries: 1))
            await dying.close()
            try await eventually("the event is told") { try await bed.telling().run().events == 1 }
            #expect(
                try await bed.rows(
                    "SELECT count(*) FROM alert.notification WHERE id <> '\(NotificationID(rawValue: 1))'") == ["1"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.notification") == ["1"])
            #expect(try await bed.telling().run() == Told())
        }
    }
}
