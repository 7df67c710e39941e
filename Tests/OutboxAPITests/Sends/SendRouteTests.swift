import Foundation
import Testing

@testable import OutboxAPI

@Suite struct SendRouteTests {
    @Test func `a send is stored, queued and charged, and answered with its entry`() async throws {
        try await APIBed.run { bed in
            let answer = try await bed.send(
                #""messageId":"m1","messageName":"OTP","tags":["a","b\"c"],"customData":{"b":1.50,"a":[null,"x"]}"#)
            #expect(answer.status == 201, "\(answer.http.text)")
            #expect(answer.text("status") == "success")
            let id = try #require(answer.text("outboxId"))
            #expect(answer.text("outbox.outboxId") == id)
            #expect(
                answer["outbox"]?.members.map(\.name) == [
                    "outboxId", "userId", "recipientPhoneNumber", "message", "senderId", "messageId", "messageName",
                    "smsUnitsUsed", "costPerUnit", "totalCost", "currency", "encoding", "status", "deliveryState",
                    "timestamps", "retryCount", "errorDetails", "priority", "provider", "tags", "customData",
                ])
            #expect(answer["outbox.costPerUnit"] == .number("0.0125"))
            #expect(answer["outbox.totalCost"] == .number("0.0125"))
            #expect(answer["outbox.smsUnitsUsed"] == .number("1"))
            #expect(answer["outbox.status"] == .string("pending"))
            #expect(answer["outbox.tags"] == .array([.string("a"), .string("b\"c")]))
            #expect(answer["outbox.customData.b"] == .number("1.50"))
            #expect(
                try await bed.sql(
                    "SELECT id, account, user_id, idempotency_key, tags[2], delivery_state, owed_cycles FROM outbox.entry"
                )
                    == ["\(id)|default|u|m1|b\"c|queued|1"])
            #expect(
                try await bed.sql(
                    """
                    SELECT entry_id, provider, account, priority, cycle, due_at <= now(),
                           give_up_at = due_at + interval '24 hours' FROM queue.send
                    """) == ["\(id)|nxtele|default|1|0|t|t"])
            #expect(
                try await bed.sql(
                    "SELECT account, seq, kind, amount, balance_after, entry_id, cycle, step FROM billing.ledger_entry")
                    == ["default|1|charge|-0.0125|-0.0125|\(id)|0|0"])
        }
    }

    @Test func `the entry that is answered is the one that is stored`() async throws {
        try await APIBed.run { bed in
            let at = isoTime(daysAhead: 30, offset: "+03:00")
            for members in [
                "", #""priority":"high","validForSeconds":60"#, #""message":"Grüße 😀 \u0001\"\\ e\u0301""#,
                #""tags":[],"customData":{}"#, #""tags":["NULL","a,b","{}","\\"],"validForSeconds":604800"#,
                #""scheduleTimestamp":"2020-01-01T00:00:00Z""#, #""scheduleTimestamp":"\#(at)""#,
                #""scheduleTimestamp":null,"userId":"other""#,
            ] {
                let answer = try await bed.send(members)
                #expect(answer.status == 201, "\(members): \(answer.http.text)")
                let read = try await bed.call("GET", "/api/sms/outbox/\(try #require(answer.text("outboxId")))")
                #expect(read.status == 200)
                let given = answer["outbox"]?.members ?? []
                #expect(Array(read.json?.members.dropLast() ?? []) == given, "\(members)")
            }
        }
    }

    @Test func `a repeat with the same messageId or Idempotency-Key is answered with the first entry`() async throws {
        try await APIBed.run { bed in
            let first = try await bed.send(#""messageId":"m1""#)
            let id = try #require(first.text("outboxId"))
            let spelled = #""messageId":"m1","recipientPhoneNumber":"00254 712-345 678","priority":"normal""#
            for repeated in [
                try await bed.send(#""messageId":"m1""#), try await bed.send(spelled),
                try await bed.send(headers: ["Idempotency-Key: m1"]),
            ] {
                #expect(repeated.status == 200, "\(repeated.http.text)")
                #expect(repeated.text("outboxId") == id)
                #expect(repeated["outbox"] == first["outbox"])
            }
            let other = try await bed.send(#""messageId":"m1","message":"another""#)
            #expect(other.status == 409)
            #expect(other.text("type") == "idempotency-conflict")
            // Another user's key is another key.
            #expect(try await bed.send(#""messageId":"m1","userId":"v""#).status == 201)
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["2"])
            #expect(try await bed.sql("SELECT count(*) FROM billing.ledger_entry") == ["2"])
        }
    }

    @Test func `a repeat is answered with the first entry, also where nothing more could be paid`() async throws {
        try await APIBed.run { bed in
            try await bed.addAccount("prepaid", kind: "prepaid", balance: "0.0125")
            let first = try await bed.send(#""messageId":"m1""#, key: "prepaid")
            #expect(first.status == 201, "\(first.http.text)")
            #expect(try await bed.send(#""messageId":"m2""#, key: "prepaid").status == 402)
            let repeated = try await bed.send(#""messageId":"m1""#, key: "prepaid")
            #expect(repeated.status == 200, "\(repeated.http.text)")
            #expect(repeated.text("outboxId") == first.text("outboxId"))
            #expect(try await bed.send(#""messageId":"m1","message":"another""#, key: "prepaid").status == 409)
        }
    }

    @Test func `repeats that come at once become one entry`() async throws {
        try await APIBed.run { bed in
            let answers = try await withThrowingTaskGroup(of: APIAnswer.self) { tasks in
                for index in 0..<40 { tasks.addTask { try await bed.send(#""messageId":"m\#(index % 4)""#) } }
                return try await tasks.reduce(into: [APIAnswer]()) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 201 }.count == 4)
            #expect(answers.filter { $0.status == 200 }.count == 36)
            #expect(Set(answers.compactMap { $0.text("outboxId") }).count == 4)
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["4"])
        }
    }

    @Test func `a prepaid account never goes below zero however many send at once`() async throws {
        try await APIBed.run { bed in
            // 0.05 for 4 parts of 0.0125.
            try await bed.addAccount("prepaid", kind: "prepaid", balance: "0.30")
            let long = String(repeating: "x", count: 459)
            let answers = try await withThrowingTaskGroup(of: APIAnswer.self) { tasks in
                for index in 0..<60 {
                    let message = index % 2 == 0 ? "x" : long
                    tasks.addTask { try await bed.send(#""message":"\#(message)""#, key: "prepaid") }
                }
                return try await tasks.reduce(into: [APIAnswer]()) { $0.append($1) }
            }
            let paid = answers.filter { $0.status == 201 }
            #expect(Set(answers.map(\.status)) == [201, 402])
            #expect(answers.filter { $0.status == 402 }.allSatisfy { $0.text("type") == "insufficient-balance" })
            #expect(paid.count == Int(try await bed.sql("SELECT count(*) FROM outbox.entry")[0]))
            #expect(
                try await bed.sql(
                    """
                    SELECT min(balance_after) >= 0, sum(amount) = (SELECT balance_after FROM billing.ledger_entry
                        ORDER BY seq DESC LIMIT 1), count(*) = max(seq),
                        sum(amount) = 0.30 - (SELECT sum(total_cost) FROM outbox.entry), sum(amount) < 0.0125
                    FROM billing.ledger_entry
                    """) == ["t|t|t|t|t"])
        }
    }

    @Test func `the longest prefix that holds now decides, in the account's own currency`() async throws {
        try await APIBed.run { bed in
            try await bed.addAccount("euro", kind: "postpaid", currency: "EUR")
            let kenya = try await bed.send()
            #expect(kenya["outbox.costPerUnit"] == .number("0.0125"))
            let elsewhere = try await bed.send(#""recipientPhoneNumber":"+4915112345678""#)
            #expect(elsewhere["outbox.costPerUnit"] == .number("0.05"))
            let german = try await bed.send(#""recipientPhoneNumber":"+4915112345678""#, key: "euro")
            #expect(german["outbox.costPerUnit"] == .number("0.07"))
            #expect(german["outbox.currency"] == .string("EUR"))
            let none = try await bed.send(key: "euro")
            #expect(none.status == 422)
            #expect(none.text("type") == "no-price")
            #expect(none.wrongFields == ["recipientPhoneNumber"])
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["3"])
        }
    }

    @Test func `a scheduled send is due then, and its validity begins then`() async throws {
        try await APIBed.run { bed in
            let start = isoTime(daysAhead: 30, offset: "Z")
            let answer = try await bed.send(
                #""scheduleTimestamp":"\#(start)","validForSeconds":90,"priority":"high""#)
            #expect(answer.status == 201, "\(answer.http.text)")
            #expect(answer["outbox.deliveryState"] == .string("scheduled"))
            #expect(answer["outbox.timestamps.scheduledAt"] == .string(start))
            #expect(
                try await bed.sql(
                    """
                    SELECT s.due_at = '\(start)', s.give_up_at = s.due_at + interval '90 seconds', s.priority,
                           e.valid_until = s.give_up_at, e.scheduled_at = s.due_at
                    FROM queue.send AS s JOIN outbox.entry AS e ON e.id = s.entry_id
                    """) == ["t|t|0|t|t"])
        }
    }

    @Test func `every field that is wrong is named, and nothing is stored`() async throws {
        try await APIBed.run { bed in
            let answer = try await bed.call(
                "POST", "/api/sms/send",
                body: #"""
                    {"recipientPhoneNumber":"0712","message":"","senderId":"no spaces","tags":["",1],"priority":"urgent",
                     "scheduledTimestamp":"2020-12-31T12:00:00Z","validForSeconds":0,"customData":[],"messageId":5}
                    """#, headers: ["Idempotency-Key: x"])
            #expect(answer.status == 422)
            #expect(answer.http.headers["content-type"] == "application/problem+json")
            #expect(
                Set(answer.wrongFields) == [
                    "recipientPhoneNumber", "message", "senderId", "tags", "priority", "scheduledTimestamp",
                    "validForSeconds", "customData", "messageId",
                ])
            #expect(answer.text("type") == "invalid-fields")
            #expect(answer["status"] == .number("422"))
            #expect(!answer.http.text.contains("0712"))
            let clash = try await bed.send(#""messageId":"m""#, headers: ["Idempotency-Key: n"])
            #expect(clash.wrongFields == ["Idempotency-Key"])
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["0"])
        }
    }
}
