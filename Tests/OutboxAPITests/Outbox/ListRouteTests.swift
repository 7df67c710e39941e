import Domain
import Testing

@testable import OutboxAPI

@Suite struct ListRouteTests {
    private func ids(_ answer: APIAnswer) -> [String] {
        (answer["outbox"]?.items ?? []).compactMap { $0["outboxId"]?.text }
    }

    @Test func `pages follow one another, newest first, without gaps`() async throws {
        try await APIBed.run { bed in
            var sent: [String] = []
            for _ in 0..<7 { sent.append(try #require(try await bed.send().text("outboxId"))) }
            let newestFirst = sent.sorted(by: >)
            #expect(ids(try await bed.call("GET", "/api/sms/outbox")) == newestFirst)
            var seen: [String] = []
            var cursor: String? = ""
            while let at = cursor {
                let page = try await bed.call(
                    "GET", "/api/sms/outbox?limit=3" + (at.isEmpty ? "" : "&cursor=\(at)"))
                #expect(page.status == 200, "\(page.http.text)")
                seen += ids(page)
                cursor = page.text("nextCursor")
            }
            #expect(seen == newestFirst)
            #expect(try await bed.call("GET", "/api/sms/outbox?limit=7")["nextCursor"] == .null)
        }
    }

    @Test func `filters narrow the list`() async throws {
        try await APIBed.run { bed in
            let plain = try #require(try await bed.send().text("outboxId"))
            let tagged = try #require(try await bed.send(#""tags":["otp","a b"]"#).text("outboxId"))
            let german = try #require(
                try await bed.send(#""recipientPhoneNumber":"+4915112345678","userId":"v""#).text("outboxId"))
            _ = try await bed.sql("UPDATE outbox.entry SET status = 'failed' WHERE id = '\(german)'")
            _ = try await bed.sql(
                "UPDATE outbox.entry SET created_at = created_at - interval '2 hours' WHERE id = '\(plain)'")
            let cases: [(String, [String])] = [
                ("status=failed", [german]), ("status=sent", []), ("tag=otp", [tagged]), ("tag=a+b", [tagged]),
                ("tag=a%20b&status=pending", [tagged]), ("recipient=%2B4915112345678", [german]),
                ("recipient=+4915112345678", [german]), ("recipient=004915112345678", [german]), ("userId=v", [german]),
                ("from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00%2B01:00", []),
                ("to=2020-01-02T00:00:00+01:00", []), ("", [german, tagged, plain]),
            ]
            for (query, expected) in cases {
                let answer = try await bed.call("GET", "/api/sms/outbox?\(query)")
                #expect(answer.status == 200, "\(query): \(answer.http.text)")
                #expect(ids(answer) == expected.sorted(by: >), "\(query)")
            }
            let middle = try await bed.sql(
                "SELECT to_char((now() - interval '1 hour') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")[0]
            #expect(ids(try await bed.call("GET", "/api/sms/outbox?to=\(middle)")) == [plain])
            #expect(ids(try await bed.call("GET", "/api/sms/outbox?from=\(middle)")) == [german, tagged].sorted(by: >))
        }
    }

    @Test func `every parameter that is wrong is named`() async throws {
        try await APIBed.run { bed in
            let answer = try await bed.call(
                "GET",
                "/api/sms/outbox?limit=0&cursor=x!&status=new&tag=&recipient=12&from=today&to=2020-01-01&colour=red&tag=a"
            )
            #expect(answer.status == 422)
            #expect(
                Set(answer.wrongFields)
                    == ["limit", "cursor", "status", "tag", "recipient", "from", "to", "colour"])
            for query in ["limit=201", "limit=1e1", "limit=%2B1", "cursor=abc", "%zz=1", "tag=%00", "tag=%ff"] {
                #expect(try await bed.call("GET", "/api/sms/outbox?\(query)").status == 422, "\(query)")
            }
        }
    }

    @Test func `an entry comes with its attempts and their receipts`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            _ = try await bed.sql(
                """
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                    provider_message_id, provider_code, provider_answer, prepared_at, dispatched_at, settled_at)
                SELECT ('00000000-0000-7000-8000-00000000000' || n)::uuid, '\(id)', 0, n, 'nxtele', '+254712345678', s,
                       'p' || n, '0', 'secret', '2026-01-01Z', '2026-01-01Z', '2026-01-01 00:00:01Z'
                FROM (VALUES (1, 'not_sent'), (2, 'accepted')) AS v (n, s);
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                    reported_time, submitted_time, ext, price, size, currency, rate, content_hash, rank, attempt_id, entry_id,
                    matched_at, clock_ahead)
                VALUES (gen_random_uuid(), 'nxtele', 'webhook', 'default', '2026-01-02Z', 'p2', '254712345678', '2',
                    'DELIVRD', '2026-01-02 08:00:00', '', '', 0.0450, 2, 'USD', 6.4845, 0, 3,
                    '00000000-0000-7000-8000-000000000002', '\(id)', now(), '08:00:01.5')
                """)
            let answer = try await bed.call("GET", "/api/sms/outbox/\(id)")
            let attempts = answer["attempts"]?.items ?? []
            #expect(attempts.map { $0["state"]?.text } == ["not_sent", "accepted"])
            #expect(attempts.map { $0["receipts"]?.items.count } == [0, 1])
            #expect(attempts.last?["settledAt"] == .string("2026-01-01T00:00:01.000Z"))
            let receipt = attempts.last?["receipts"]?.items.first
            #expect(receipt?["result"] == .string("DELIVRD"))
            #expect(receipt?["reportedTime"] == .string("2026-01-02 08:00:00"))
            #expect(receipt?["clockAheadMilliseconds"] == .number("28801500"))
            #expect(receipt?["price"] == .number("0.045"))
            #expect(receipt?["rate"] == .number("6.4845"))
            #expect(receipt?["charge"] == .number("0.09"))
            #expect(!answer.http.text.contains("secret"))
        }
    }

    @Test func `the log of Onoff comes in pages`() async throws {
        try await APIBed.run { bed in
            _ = try await bed.sql(
                """
                INSERT INTO sms_log.entry (account, event_id, webhook_id, received_at, direction, user_name, user_email,
                    user_number, user_number_raw, external_number, external_number_raw, occurred_at_raw, body,
                    content_hash)
                SELECT CASE WHEN n < 6 THEN 'default' ELSE 'other' END, 'e' || n,
                       ('00000000-0000-7000-8000-00000000000' || n / 2)::uuid, '2026-01-01Z', 'SENT', 'n', 'm', '+1', '1',
                       '+2', '2', 'x', 'text ' || n, n
                FROM generate_series(1, 7) AS n
                """)
            var seen: [String] = []
            var cursor: String? = ""
            while let at = cursor {
                let page = try await bed.call("GET", "/api/sms/log?limit=2" + (at.isEmpty ? "" : "&cursor=\(at)"))
                #expect(page.status == 200, "\(page.http.text)")
                seen += (page["log"]?.items ?? []).compactMap { $0["eventId"]?.text }
                cursor = page.text("nextCursor")
            }
            #expect(seen == ["e5", "e4", "e3", "e2", "e1"])
            #expect(try await bed.call("GET", "/api/sms/log?cursor=abc").status == 422)
        }
    }
}
