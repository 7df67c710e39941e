import Testing

@testable import OutboxAPI

@Suite struct CancelRouteTests {
    private func cancel(_ id: String, _ bed: APIBed) async throws -> APIAnswer {
        try await bed.call("POST", "/api/sms/outbox/\(id)/cancel")
    }

    @Test func `what waits is cancelled and refunded, and cancelling it again changes nothing`() async throws {
        try await APIBed.run { bed in
            let start = isoTime(daysAhead: 2, offset: "Z")
            let id = try #require(try await bed.send(#""scheduleTimestamp":"\#(start)""#).text("outboxId"))
            for _ in 0..<2 {
                let answer = try await cancel(id, bed)
                #expect(answer.status == 200, "\(answer.http.text)")
                #expect(answer["outbox.status"] == .string("failed"))
                #expect(answer["outbox.deliveryState"] == .string("cancelled"))
                #expect(answer["outbox.totalCost"] == .number("0"))
                #expect(answer["outbox.timestamps.cancelledAt"] != .null)
            }
            #expect(try await bed.sql("SELECT count(*) FROM queue.send") == ["0"])
            #expect(
                try await bed.sql("SELECT kind, amount, balance_after, step FROM billing.ledger_entry ORDER BY seq")
                    == ["charge|-0.0125|-0.0125|0", "refund|0.0125|0.0000|1"])
        }
    }

    @Test func `a retry that was only prepared is withdrawn with it`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            _ = try await bed.sql(
                """
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, counts,
                    prepared_at)
                SELECT gen_random_uuid(), '\(id)', 0, n, 'nxtele', '+254712345678', s, s = 'prepared', now()
                FROM (VALUES (1, 'not_sent'), (2, 'prepared')) AS v (n, s)
                """)
            #expect(try await cancel(id, bed).status == 200)
            #expect(
                try await bed.sql("SELECT state, counts, settled_at IS NULL FROM outbox.attempt ORDER BY number")
                    == ["not_sent|f|t", "not_sent|f|f"])
        }
    }

    @Test func `what a worker or the provider has is not`() async throws {
        try await APIBed.run { bed in
            let leased = try #require(try await bed.send().text("outboxId"))
            _ = try await bed.sql(
                "UPDATE queue.send SET lease_owner = gen_random_uuid(), lease_until = now() + interval '1 hour'")
            #expect(try await cancel(leased, bed).text("type") == "dispatched")
            for state in ["dispatched", "unclear", "accepted"] {
                let id = try #require(try await bed.send().text("outboxId"))
                _ = try await bed.sql(
                    """
                    INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                        prepared_at)
                    VALUES (gen_random_uuid(), '\(id)', 0, 1, 'nxtele', '+254712345678', '\(state)', now())
                    """)
                let answer = try await cancel(id, bed)
                #expect(answer.status == 409)
                #expect(answer.text("type") == "dispatched")
            }
            let sent = try #require(try await bed.send().text("outboxId"))
            _ = try await bed.sql("UPDATE outbox.entry SET status = 'sent' WHERE id = '\(sent)'")
            #expect(try await cancel(sent, bed).text("type") == "not-pending")
            #expect(try await cancel("nonsense", bed).status == 404)
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry WHERE cancelled_at IS NOT NULL") == ["0"])
        }
    }
}
