import Domain
import TestSupport
import Testing

@testable import OutboxAPI

@Suite struct ResendRouteTests {
    /// Lets a worker's outcome of the entry's current cycle be seen, and what follows from it, as workers record it.
    private func fail(_ id: String, _ bed: APIBed, state: String = "rejected", deadlinePassed: Bool = false)
        async throws
    {
        let shown = state == "rejected" ? "rejected" : "unclear"
        _ = try await bed.sql(
            """
            WITH cycle AS (SELECT cycle FROM outbox.entry WHERE id = '\(id)'), gone AS (
                DELETE FROM queue.send WHERE entry_id = '\(id)'
            ), attempt AS (
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                    prepared_at, dispatched_at, settled_at, deadline_passed_at)
                SELECT gen_random_uuid(), '\(id)', cycle, 1, 'nxtele', '+254712345678', '\(state)', now(), now(), now(),
                       \(deadlinePassed ? "now()" : "NULL") FROM cycle
            ), entry AS (
                UPDATE outbox.entry SET status = 'failed', delivery_state = '\(shown)', owed_cycles = 0, total_cost = 0
                WHERE id = '\(id)'
            )
            INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
            SELECT e.account, l.seq + 1, 'refund', e.cost_per_unit, l.balance_after + e.cost_per_unit, e.id, e.cycle, 1
            FROM outbox.entry AS e, LATERAL (SELECT seq, balance_after FROM billing.ledger_entry
                WHERE account = e.account ORDER BY seq DESC LIMIT 1) AS l
            WHERE e.id = '\(id)'
            """)
    }

    private func resend(_ id: String, _ bed: APIBed, key: String = "admin", _ more: String = "") async throws
        -> APIAnswer
    {
        try await bed.call("POST", "/api/sms/outbox/resend", key: key, body: #"{"outboxId":"\#(id)"\#(more)}"#)
    }

    @Test func `a failed entry is queued and charged again, up to the cap`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send(#""validForSeconds":60,"priority":"high""#).text("outboxId"))
            for cycle in 1...3 {
                try await fail(id, bed)
                let answer = try await resend(id, bed)
                #expect(answer.status == 202, "\(answer.http.text)")
                #expect(answer.text("outboxId") == id)
                #expect(answer["outbox.status"] == .string("pending"))
                #expect(answer["outbox.deliveryState"] == .string("queued"))
                #expect(answer["outbox.totalCost"] == .number("0.0125"))
                #expect(
                    try await bed.sql(
                        """
                        SELECT s.cycle, s.priority, s.tries, s.due_at <= now(), s.give_up_at = e.valid_until,
                               s.give_up_at = s.due_at + interval '1 minute', e.owed_cycles, e.expired_at IS NULL
                        FROM queue.send AS s JOIN outbox.entry AS e ON e.id = s.entry_id
                        """) == ["\(cycle)|0|0|t|t|t|\(1 << cycle)|t"])
            }
            try await fail(id, bed)
            let capped = try await resend(id, bed)
            #expect(capped.status == 429)
            #expect(capped.text("type") == "resend-cap")
            _ = try await bed.sql("UPDATE billing.account SET max_resends = 4 WHERE name = 'default'")
            #expect(try await resend(id, bed).status == 202)
            #expect(
                try await bed.sql(
                    """
                    SELECT count(*) FILTER (WHERE kind = 'charge'), count(*) FILTER (WHERE kind = 'refund'), sum(amount),
                           min(balance_after), count(*) = max(seq) FROM billing.ledger_entry
                    """) == ["5|4|-0.0125|-0.0125|t"])
        }
    }

    @Test func `what a late outcome queues for another try while it is decided is not resent`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            try await fail(id, bed)
            let late = Session(bed.database.url)
            try await late.script("BEGIN; SELECT id FROM outbox.entry WHERE id = '\(id)' FOR UPDATE")
            async let resent = resend(id, bed)
            try await eventually("the resend has found no queue row, and waits for the entry") {
                try await bed.sql(
                    """
                    SELECT pid FROM pg_stat_activity
                    WHERE datname = current_database() AND usename = 'postroom_api' AND wait_event_type = 'Lock'
                    """
                ).count == 1
            }
            try await late.script(
                """
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle, tries)
                SELECT e.id, e.provider, e.account, 1, now(), now() + interval '1 day', e.cycle, 1
                FROM outbox.entry AS e;
                COMMIT
                """)
            let answer = try await resent
            #expect(answer.status == 409)
            #expect(answer.text("type") == "not-failed")
            #expect(try await bed.sql("SELECT cycle, owed_cycles FROM outbox.entry") == ["0|0"])
            await late.close()
        }
    }

    @Test func `a later price never touches what was accepted before it, not even a resend`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            // One that was set late as well: valid from a moment before the send.
            _ = try await bed.sql(
                """
                INSERT INTO billing.sms_price (currency, prefix, valid_from, cost_per_unit)
                VALUES ('USD', '254', now() - interval '1 hour', 0.5), ('USD', '2547', now(), 1)
                """)
            let later = try await bed.send()
            #expect(later["outbox.costPerUnit"] == .number("1"))
            try await fail(id, bed)
            let resent = try await resend(id, bed)
            #expect(resent.status == 202, "\(resent.http.text)")
            #expect(resent["outbox.costPerUnit"] == .number("0.0125"))
            #expect(resent["outbox.totalCost"] == .number("0.0125"))
            #expect(
                try await bed.sql(
                    "SELECT kind, amount FROM billing.ledger_entry WHERE entry_id = '\(id)' ORDER BY cycle, step")
                    == ["charge|-0.0125", "refund|0.0125", "charge|-0.0125"])
        }
    }

    @Test func `what is pending, sent or cancelled is not resent`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            let pending = try await resend(id, bed)
            #expect(pending.status == 409)
            #expect(pending.text("type") == "not-failed")
            _ = try await bed.sql("UPDATE outbox.entry SET status = 'sent', delivery_state = 'delivered'")
            #expect(try await resend(id, bed).text("type") == "not-failed")
            let other = try #require(try await bed.send().text("outboxId"))
            #expect(try await bed.call("POST", "/api/sms/outbox/\(other)/cancel").status == 200)
            let cancelled = try await resend(other, bed, #","allowDuplicate":true"#)
            #expect(cancelled.status == 409)
            #expect(cancelled.text("type") == "cancelled")
            for unknown in ["00000000-0000-7000-8000-000000000000", "nonsense"] {
                #expect(try await resend(unknown, bed).status == 404)
            }
        }
    }

    @Test func `an outcome that is not known takes allowDuplicate`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            try await fail(id, bed, state: "unclear", deadlinePassed: true)
            for more in ["", #","allowDuplicate":false"#, #","allowDuplicate":null"#] {
                let refused = try await resend(id, bed, more)
                #expect(refused.status == 409)
                #expect(refused.text("type") == "outcome-unknown")
            }
            #expect(try await resend(id, bed, #","allowDuplicate":true"#).status == 202)
        }
    }

    @Test func `a resend that the balance cannot pay is refused and leaves no trace`() async throws {
        try await APIBed.run { bed in
            try await bed.addAccount("prepaid", kind: "prepaid", balance: "0.02")
            let id = try #require(try await bed.send(key: "prepaid").text("outboxId"))
            try await fail(id, bed)
            #expect(try await bed.send(key: "prepaid").status == 201)
            let refused = try await resend(id, bed, key: "prepaid")
            #expect(refused.status == 402)
            #expect(refused.text("type") == "insufficient-balance")
            #expect(try await bed.sql("SELECT cycle, status FROM outbox.entry WHERE id = '\(id)'") == ["0|failed"])
            #expect(try await bed.sql("SELECT count(*) FROM queue.send WHERE entry_id = '\(id)'") == ["0"])
            let topUp = try await bed.call("POST", "/api/sms/balance/topup", key: "prepaid", body: #"{"amount":0.005}"#)
            #expect(topUp.status == 201)
            #expect(try await resend(id, bed, key: "prepaid").status == 202)
            #expect(
                try await bed.call("GET", "/api/sms/balance", key: "prepaid")["balance"] == .number("0"))
        }
    }

    @Test func `of resends that come at once one is made`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            try await fail(id, bed)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<8 { tasks.addTask { try await resend(id, bed).status } }
                return try await tasks.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [202] + Array(repeating: 409, count: 7))
            #expect(try await bed.sql("SELECT count(*) FROM billing.ledger_entry WHERE kind = 'charge'") == ["2"])
        }
    }

    /// What ended the cycle before says nothing of the new one: else it would look failed, and cost nothing, while it is sent.
    @Test(arguments: ["expired", "suppressed"])
    func `what expired, or was held back for an opt-out that is lifted, is pending anew`(ended: String) async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            try await fail(id, bed)
            _ = try await bed.sql(
                """
                DELETE FROM outbox.attempt;
                UPDATE outbox.entry SET \(ended)_at = now(),
                    delivery_state = '\(ended == "expired" ? "expired" : "rejected")'
                """)
            let answer = try await resend(id, bed)
            #expect(answer.status == 202, "\(answer.http.text)")
            #expect(answer["outbox.status"] == .string("pending"))
            #expect(answer["outbox.deliveryState"] == .string("queued"))
            #expect(answer["outbox.totalCost"] == .number("0.0125"))
            #expect(
                try await bed.sql("SELECT expired_at IS NULL AND suppressed_at IS NULL, owed_cycles FROM outbox.entry")
                    == ["t|2"])
            #expect(
                try await bed.sql("SELECT kind FROM billing.ledger_entry ORDER BY seq") == [
                    "charge", "refund", "charge",
                ])
        }
    }

    @Test func `a resend whose commit was not answered is made once, and answered as made`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            try await fail(id, bed)
            let entryID = try #require(EntryID(id))
            let entry = try await bed.cuttingCommit { transactions in
                try await Entries(transactions: transactions, resendsMax: 3, waitMax: .seconds(60), timeZone: "UTC")
                    .resend(entryID, allowDuplicate: false, APIBed.admin)
            }
            #expect(entry.cycle == 1 && entry.status == .pending)
            #expect(
                try await bed.sql("SELECT kind FROM billing.ledger_entry ORDER BY seq") == [
                    "charge", "refund", "charge",
                ])
            #expect(try await bed.sql("SELECT cycle FROM queue.send") == ["1"])
        }
    }
}
