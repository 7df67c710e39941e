import Domain
import Foundation
import PostgresClient
import Store
import TestSupport
import Testing

/// Partitions are made by `inbox.make_days`. Days are named from the day on which a test began: midnight may pass in it.
struct DaysTests {
    @Test func `days are made ahead, and the webhooks of missing ones wait in the DEFAULT and then move`() async throws
    {
        try await withInbox { inbox in
            let today = Inbox.now.day
            try await inbox.dropAllDays()
            let times = [today.adding(days: -1).noon, today.noon, today.noon, today.adding(days: 1).noon]
            #expect(try await inbox.store(at: times) == 4)
            #expect(try await inbox.rows() == ["inbox.webhook_default 4"])
            let before = try await inbox.database.sql("SELECT w::text FROM inbox.webhook AS w ORDER BY id")

            let done = try await inbox.makeAllDays()
            let made = done.filter { $0.outcome == "made" }
            #expect(made.reduce(0) { $0 + $1.rowCount } == 4, "\(done.texts)")
            // What is over can wait: webhooks come into today's.
            #expect(made.first?.day?.description == today.description, "\(done.texts)")
            let wanted = (Int32(-1)...7).map { today.adding(days: $0).description }
            #expect(Set(wanted).subtracting(try await inbox.days()) == [])
            #expect(
                try await inbox.rows() == [
                    "\(today.adding(days: -1).partition) 1", "\(today.partition) 2",
                    "\(today.adding(days: 1).partition) 1",
                ])
            #expect(try await inbox.database.sql("SELECT w::text FROM inbox.webhook AS w ORDER BY id") == before)
            #expect(try await inbox.database.sql("SELECT count(DISTINCT webhook_id) FROM queue.webhook") == ["4"])
        }
    }

    @Test func `a day of which the DEFAULT holds too much stays there, the others are made, and nothing is refused`()
        async throws
    {
        try await withInbox { inbox in
            let today = Inbox.now.day
            try await inbox.dropAllDays()
            try await inbox.store(at: [Timestamp](repeating: today.noon, count: 11))
            // What the worker's call does, with a bound that eleven webhooks pass.
            for _ in 0..<20 { try await inbox.worker.script("SELECT inbox.make_days(7, 10)") }
            let answer = try await inbox.database.sql("SELECT day, outcome FROM inbox.make_days(7, 10)")
            #expect(answer.first == "\(today)|too-many")
            #expect(try await inbox.days().contains(today.adding(days: 1).description))
            #expect(try await inbox.store(at: [today.noon, today.adding(days: 1).noon]) == 2)
            #expect(
                try await inbox.rows() == ["\(today.adding(days: 1).partition) 1", "inbox.webhook_default 12"])

            // As many as it may be are not too many.
            for _ in 0..<20 { try await inbox.worker.script("SELECT inbox.make_days(7, 12)") }
            #expect(
                try await inbox.rows() == ["\(today.partition) 12", "\(today.adding(days: 1).partition) 1"])
        }
    }

    @Test func `a full DEFAULT into which webhooks are coming is left alone until it is quiet`() async throws {
        try await withInbox { inbox in
            try await inbox.dropAllDays()
            // Older than what counts as coming in, by an hour; as new as it may be; and of a clock that leapt ahead.
            let hour = Int64(3_600_000_000)
            let now = Inbox.now
            let far = now.day.adding(days: 30).noon
            try await inbox.store(at: [Timestamp(microseconds: now.microseconds - hour)])
            try await inbox.store(at: [Timestamp(microseconds: now.microseconds + 50_000_000), far])
            let call = "SELECT DISTINCT outcome FROM inbox.make_days(7, 500000, 0)"
            #expect(try await inbox.database.sql(call) == ["too-large"])
            #expect(try await inbox.days() == [])
            #expect(try await inbox.store(at: [now]) == 1)
            #expect(try await inbox.rows() == ["inbox.webhook_default 4"])

            let recent = Timestamp(microseconds: now.microseconds - hour / 2)
            try await inbox.database.sql(
                """
                DELETE FROM inbox.webhook
                WHERE id >= '\(WebhookID(at: recent, random: (0, 0)))' AND id < '\(WebhookID.lowest(on: far.day))'
                """)
            // What is of a day to come is no reason to wait until it is there.
            #expect(try await inbox.database.sql(call).contains("made"))
            // In the first hour of a day one is of the day before, which may take another call.
            _ = try await inbox.makeAllDays()
            #expect(try await inbox.rows().contains("inbox.webhook_default 1"))
        }
    }

    @Test func `the operator's query says what of each day waits, of the DEFAULT, too`() async throws {
        let query = try String(contentsOfFile: "\(TestEnvironment.root)/sql/ops/inbox_days.sql", encoding: .utf8)
        try await withInbox { inbox in
            _ = try await inbox.makeAllDays()
            let today = Inbox.now.day
            try await inbox.store(at: [
                today.noon, today.noon, today.adding(days: 1).noon, today.adding(days: 30).noon,
                today.adding(days: 31).noon,
            ])
            let rows = try await inbox.database.sql(query, user: "postroom_operator").map {
                $0.split(separator: "|", omittingEmptySubsequences: false)
            }
            #expect(rows.first?.first == "DEFAULT" && rows.first?.last == "2", "\(rows)")
            for (days, waiting) in [(Int32(0), "2"), (1, "1"), (2, "0")] {
                let row = try #require(rows.first { $0[0] == today.adding(days: days).description })
                #expect(row.last == Substring(waiting), "\(row)")
            }
        }
    }

    @Test func `webhooks that come in while their day is being made are all stored, once`() async throws {
        try await withInbox { inbox in
            let today = Inbox.now.day
            try await inbox.dropAllDays()
            try await inbox.store(at: [Timestamp](repeating: today.noon, count: 20_000))
            // A wait is allowed here, as long as it is no refusal; the role's own bound would see a busy machine.
            try await inbox.ingress.script("SET lock_timeout = '30s'; SET statement_timeout = '60s'")
            async let stored = {
                var count: Int64 = 0
                for _ in 0..<300 { count += try await inbox.store(at: [today.noon, today.noon]) }
                return count
            }()
            _ = try await inbox.makeAllDays()
            #expect(try await stored == 600)
            _ = try await inbox.makeAllDays()
            #expect(try await inbox.rows() == ["\(today.partition) 20600"])
            #expect(try await inbox.database.sql("SELECT count(DISTINCT webhook_id) FROM queue.webhook") == ["20600"])
        }
    }

    @Test func `of two that make or drop days one works, and the other comes back at once`() async throws {
        try await withInbox { inbox in
            try await inbox.dropAllDays()
            let other = Session(inbox.database.url)
            // As whoever works takes it first of all; the name is the functions'.
            try await other.script(
                "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('postroom inbox partitions', 0))")
            #expect(try await inbox.makeDays().texts == ["- busy 0"])
            #expect(try await inbox.prune().texts == ["- busy 0"])
            #expect(try await inbox.days() == [])
            try await other.script("COMMIT")
            _ = try await inbox.makeAllDays()
            #expect(try await inbox.days().count >= 8)
            await other.close()
        }
    }
}
