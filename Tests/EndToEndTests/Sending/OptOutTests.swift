import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct OptOutTests {
        /// A token of account `rich`, whose key the first message has.
        private static let token = "token-of-the-rich"

        @Test func `STOP by SMS refuses sends and holds back what is scheduled, START lets both go`() async throws {
            try await withStack { stack, database in
                let messages = try await makeMessages(stack, url: database.url(user: "postroom_operator"), count: 1)
                let message = try #require(messages.first)
                let ingress = try await stack.ingress([
                    "POSTROOM_NXTELE_TOKENS": "\(Access.nxteleToken),rich:\(Self.token)"
                ])
                let sandbox = SandboxSettings(
                    port: try freePort(), log: "\(stack.folder)/accepted.jsonl", seed: testSeed("opt-out"), script: "")
                _ = try await stack.sandbox(sandbox, ingressPort: ingress.port)
                let apiPort = try freePort()
                _ = try await stack.api(port: apiPort)
                _ = try await stack.worker()
                _ = try await stack.sendWorker(sandbox: sandbox, environment: Hurry.environment)

                func send(_ more: String = "") async throws -> HTTPAnswer {
                    let body = """
                        {"recipientPhoneNumber":"\(message.phone)","message":"m","senderId":"POSTROOM"\(more)}
                        """
                    return try await Self.post("/api/sms/send", body, key: message.key, port: apiPort)
                }
                func text(_ words: String, id: String) async throws {
                    let form = """
                        messageId=\(id)&toPhone=%2B18184505018&fromPhone=%2B\(message.phone.dropFirst())&content=\(words)\
                        &size=1&price=0.0360&receiveTime=2021-02-07+14%3A54%3A00&smsStatus=DELIVRD
                        """
                    let answer = try await Self.post("/v1/nxtele/mo/\(Self.token)", form, port: ingress.port)
                    #expect(answer.status == 200 && answer.text == "success")
                    try await eventually(within: .seconds(60), "\(words) is on record") {
                        try await database.sql("SELECT count(*) FROM outbox.suppression_event") == [id]
                    }
                }
                func sent(_ count: Int) async throws {
                    try await eventually(within: .seconds(60), "\(count) were delivered") {
                        try await database.sql("SELECT count(*) FROM outbox.entry WHERE status = 'sent'") == [
                            "\(count)"
                        ]
                    }
                    #expect(try Accepted.read(sandbox.log).count == count)
                }

                #expect(try await send().status == 201)
                try await sent(1)
                let scheduled = try await send(#","scheduleTimestamp":"\#(Self.tomorrow)""#)
                #expect(scheduled.status == 201, "\(scheduled.text)")
                try await text("Stop", id: "1")
                let refused = try await send()
                #expect(refused.status == 422 && refused.text.contains(#""type":"suppressed""#), "\(refused.text)")
                // Its time has come.
                try await database.sql("UPDATE queue.send SET due_at = now()")
                try await eventually(within: .seconds(60), "the scheduled one is given up") {
                    try await database.sql(
                        "SELECT status, delivery_state, total_cost::float FROM outbox.entry WHERE status <> 'sent'")
                        == ["failed|rejected|0"]
                }
                try await sent(1)
                let id = try await database.sql("SELECT id FROM outbox.entry WHERE status = 'failed'").joined()
                let resend = #"{"outboxId":"\#(id)"}"#
                let again = try await Self.post("/api/sms/outbox/resend", resend, key: message.key, port: apiPort)
                #expect(again.status == 422, "\(again.text)")

                try await text("start", id: "2")
                #expect(try await send().status == 201)
                let resent = try await Self.post("/api/sms/outbox/resend", resend, key: message.key, port: apiPort)
                #expect(resent.status == 202, "\(resent.text)")
                try await sent(3)
            }
        }

        private static var tomorrow: String {
            Date(timeIntervalSinceNow: 86_400).formatted(.iso8601)
        }

        private static func post(
            _ target: String, _ body: String, key: String? = nil, port: UInt16
        ) async throws -> HTTPAnswer {
            var headers = [("Connection", "close")]
            if let key { headers += [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")] }
            let request = Access.request("POST", Array(target.utf8), headers: headers, body: Array(body.utf8))
            return try await HTTPProbe.send(request, port: port, limit: .seconds(60))
        }
    }
}
