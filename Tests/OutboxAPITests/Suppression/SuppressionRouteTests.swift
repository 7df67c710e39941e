import Domain
import Store
import Testing

@testable import OutboxAPI

@Suite struct SuppressionRouteTests {
    private static let number = #""recipientPhoneNumber":"+254712345678""#

    private func change(
        _ what: String, _ bed: APIBed, key: String = "admin", _ members: String = number
    ) async throws -> APIAnswer {
        try await bed.call("POST", "/api/sms/suppressions/\(what)", key: key, body: "{\(members)}")
    }

    /// As a webhook worker records that a number said STOP or START, so many seconds ago.
    private func say(_ kind: SuppressionKind, _ number: String, account: String = "default", ago: Int, _ bed: APIBed)
        async throws
    {
        _ = try await bed.sql(
            """
            INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, word)
            VALUES ('\(account)', '\(number)', 'nxtele', gen_random_uuid()::text, '\(kind.rawValue)',
                    now() - interval '\(ago) s', gen_random_uuid(), 'stop')
            """)
    }

    @Test func `a send to a number that said STOP is refused by name, to others and by others it is not`() async throws
    {
        try await APIBed.run { bed in
            try await bed.addAccount("a", kind: "postpaid")
            try await say(.suppressed, "+254712345678", ago: 60, bed)
            let refused = try await bed.send(#""messageId":"m1""#)
            #expect(refused.status == 422, "\(refused.http.text)")
            #expect(refused.text("type") == "suppressed")
            #expect(refused.wrongFields == ["recipientPhoneNumber"])
            #expect(!refused.http.text.contains("254712345678"))
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["0"])
            #expect(try await bed.sql("SELECT count(*) FROM billing.ledger_entry") == ["0"])
            #expect(try await bed.send(#""recipientPhoneNumber":"+254712345679""#).status == 201)
            #expect(try await bed.send(key: "a").status == 201)
            try await say(.lifted, "+254712345678", ago: 30, bed)
            #expect(try await bed.send(#""messageId":"m1""#).status == 201)
            // An older SMS that is processed late changes nothing.
            try await say(.suppressed, "+254712345678", ago: 45, bed)
            #expect(try await bed.send().status == 201)
        }
    }

    @Test func `what was accepted before is answered as it was, and is not resent`() async throws {
        try await APIBed.run { bed in
            let id = try #require(try await bed.send(#""messageId":"m1""#).text("outboxId"))
            #expect(try await change("add", bed).status == 200)
            let again = try await bed.send(#""messageId":"m1""#)
            #expect(again.status == 200 && again.text("outboxId") == id)
            _ = try await bed.sql(
                """
                DELETE FROM queue.send;
                UPDATE outbox.entry SET status = 'failed', delivery_state = 'rejected', suppressed_at = now(), owed_cycles = 0,
                    total_cost = 0
                """)
            let body = #"{"outboxId":"\#(id)"}"#
            let refused = try await bed.call("POST", "/api/sms/outbox/resend", body: body)
            #expect(refused.status == 422 && refused.text("type") == "suppressed", "\(refused.http.text)")
            #expect(refused.wrongFields == ["recipientPhoneNumber"])
            #expect(try await bed.sql("SELECT cycle FROM outbox.entry") == ["0"])
            #expect(try await change("lift", bed).status == 200)
            let resent = try await bed.call("POST", "/api/sms/outbox/resend", body: body)
            #expect(resent.status == 202, "\(resent.http.text)")
            #expect(
                try await bed.sql("SELECT cycle, status, delivery_state, suppressed_at IS NULL FROM outbox.entry")
                    == ["1|pending|queued|t"])
        }
    }

    @Test func `one of a group is refused, the others are stored and pay`() throws {
        let now = Timestamp(microseconds: 1_800_000_000_000_000)
        let group = try (1...3).map { number in
            SendCandidate(
                id: EntryID(at: now, random: (0, UInt64(number))), account: "a", userID: "u", idempotencyKey: nil,
                request: SendRequest(
                    recipient: try #require(PhoneNumber(e164: "+25410000000\(number)")), message: "x", senderID: "S",
                    userID: nil, messageID: nil, messageName: nil, scheduledAt: nil, validForSeconds: nil,
                    priority: .normal, tags: [], customData: "{}"))
        }
        let facts = AcceptFacts(
            now: now, accounts: ["a": AccountStanding(name: "a", isPrepaid: false, currency: "USD")],
            prices: PriceList([SMSPrice(currency: "USD", prefix: "", costPerUnit: try #require(Amount("0.1")))]),
            suppressed: [group[1].pair, SuppressionPair(account: "b", number: group[0].pair.number)], earlier: [:],
            provider: "nxtele", waitMax: .seconds(60))
        let verdicts = decideSends(group, by: facts)
        #expect(verdicts[1] == .suppressed && verdicts[1].isRefusal)
        let charges = verdicts.map { verdict in
            if case .accept(let send) = verdict { send.chargeOrdinal } else { nil as Int64? }
        }
        #expect(charges == [1, nil, 2])
    }

    @Test func `an admin key adds and lifts, each change once and on record, and lists what holds`() async throws {
        try await APIBed.run { bed in
            try await bed.addKey("reader", scopes: "read,send")
            for what in ["add", "lift"] {
                #expect(try await change(what, bed, key: "reader").status == 403)
                #expect(try await change(what, bed, "").wrongFields == ["recipientPhoneNumber"])
                #expect(try await change(what, bed, Self.number + #","note":"a\u0007""#).wrongFields == ["note"])
            }
            let added = try await change("add", bed, Self.number + #","note":"By phone.""#)
            #expect(added["suppressed"] == .bool(true) && added.text("recipientPhoneNumber") == "+254712345678")
            #expect(try await change("add", bed).status == 200)
            // One that a machine with a fast clock took in has no longer the last word.
            try await say(.suppressed, "+254712345670", ago: -3600, bed)
            for number in ["+254712345670", "+254712345671"] {
                let members = #""recipientPhoneNumber":"\#(number)""#
                #expect(try await change("lift", bed, members)["suppressed"] == .bool(false))
            }
            try await say(.suppressed, "+254712345672", ago: 5, bed)
            try await say(.suppressed, "+254712345673", account: "other", ago: 5, bed)
            #expect(
                try await bed.sql(
                    """
                    SELECT number, source, kind, actor, note, webhook_id IS NULL FROM outbox.suppression_event
                    WHERE account = 'default' ORDER BY number, received_at
                    """) == [
                        "+254712345670|nxtele|suppressed|||f", "+254712345670|api|lifted|u||t",
                        "+254712345672|nxtele|suppressed|||f", "+254712345678|api|suppressed|u|By phone.|t",
                    ])
            func numbers(_ query: String) async throws -> [String] {
                let answer = try await bed.call("GET", "/api/sms/suppressions\(query)", key: "reader")
                return answer["suppressions"]?.items.compactMap { $0["recipientPhoneNumber"]?.text } ?? []
            }
            #expect(try await numbers("") == ["+254712345672", "+254712345678"])
            #expect(try await numbers("?recipient=%2B254712345678") == ["+254712345678"])
            #expect(try await numbers("?recipient=%2B254712345670") == [])
            let first = try await bed.call("GET", "/api/sms/suppressions?limit=1", key: "reader")
            let cursor = try #require(first.text("nextCursor"))
            #expect(first["suppressions"]?.items.first?["source"]?.text == "nxtele")
            #expect(try await numbers("?limit=1&cursor=\(cursor)") == ["+254712345678"])
            let wrong = try await bed.call("GET", "/api/sms/suppressions?cursor=x&limit=0", key: "reader")
            #expect(wrong.status == 422 && Set(wrong.wrongFields) == ["cursor", "limit"])
            #expect(try await bed.call("GET", "/api/sms/suppressions", key: nil).status == 401)
        }
    }
}
