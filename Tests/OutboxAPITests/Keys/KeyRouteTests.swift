import TestSupport
import Testing

@testable import OutboxAPI

@Suite struct KeyRouteTests {
    @Test func `without a good key nothing is answered but the document`() async throws {
        try await APIBed.run { bed in
            for key in [nil, "nobody"] {
                let answer = try await bed.call("GET", "/api/sms/balance", key: key)
                #expect(answer.status == 401)
                #expect(answer.http.headers["www-authenticate"] == "Bearer")
                #expect(answer.text("type") == "unauthorized")
            }
            #expect(try await bed.call("GET", "/openapi.json", key: nil).status == 200)
        }
    }

    @Test func `each route takes its scope`() async throws {
        try await APIBed.run { bed in
            for scope in ["send", "read", "admin"] { try await bed.addKey(scope + "-only", scopes: scope) }
            let id = try #require(try await bed.send().text("outboxId"))
            let calls: [(String, String, String?, Set<String>)] = [
                ("POST", "/api/sms/send", sendBody(), ["send", "admin"]),
                ("POST", "/api/sms/outbox/resend", #"{"outboxId":"\#(id)"}"#, ["send", "admin"]),
                ("GET", "/api/sms/outbox", nil, ["read", "admin"]),
                ("GET", "/api/sms/outbox/\(id)", nil, ["read", "admin"]),
                ("GET", "/api/sms/balance", nil, ["read", "admin"]),
                ("GET", "/api/sms/log", nil, ["read", "admin"]),
                ("POST", "/api/sms/balance/topup", #"{"amount":1}"#, ["admin"]),
                ("POST", "/api/sms/outbox/\(id)/cancel", nil, ["send", "admin"]),
            ]
            for (method, path, body, allowed) in calls {
                for scope in ["send", "read", "admin"] {
                    let answer = try await bed.call(method, path, key: scope + "-only", body: body)
                    #expect((answer.status != 403) == allowed.contains(scope), "\(scope) \(method) \(path)")
                    #expect(answer.status != 401)
                }
            }
        }
    }

    @Test func `another user takes an admin key, and others' entries are nowhere`() async throws {
        try await APIBed.run { bed in
            try await bed.addKey("plain", user: "u", scopes: "send,read")
            try await bed.addKey("neighbour", user: "v", scopes: "send,read")
            try await bed.addAccount("stranger", kind: "postpaid")
            #expect(try await bed.send(#""userId":"u""#, key: "plain").status == 201)
            #expect(try await bed.send(#""userId":"v""#, key: "plain").status == 403)
            let id = try #require(try await bed.send(#""userId":"u""#).text("outboxId"))
            for (key, status) in [("plain", 200), ("admin", 200), ("neighbour", 404), ("stranger", 404)] {
                #expect(try await bed.call("GET", "/api/sms/outbox/\(id)", key: key).status == status)
            }
            for key in ["neighbour", "stranger"] {
                #expect(try await bed.call("POST", "/api/sms/outbox/\(id)/cancel", key: key).status == 404)
                let resend = try await bed.call(
                    "POST", "/api/sms/outbox/resend", key: key, body: #"{"outboxId":"\#(id)"}"#)
                #expect(resend.status == 404)
                #expect(try await bed.call("GET", "/api/sms/outbox", key: key)["outbox"] == .array([]))
            }
            #expect(try await bed.call("GET", "/api/sms/outbox?userId=v", key: "plain").status == 403)
            #expect(try await bed.call("GET", "/api/sms/outbox?userId=u", key: "plain")["outbox"]?.items.count == 2)
        }
    }

    @Test func `a revoked key soon works no longer, and others that are looked up with it do`() async throws {
        try await APIBed.run { bed in
            for key in ["leaver", "stayer"] {
                try await bed.addKey(key, scopes: "read")
                #expect(try await bed.call("GET", "/api/sms/balance", key: key).status == 200)
            }
            _ = try await bed.sql("UPDATE ops.api_key SET revoked_at = now() WHERE hash = sha256('postroom_leaver')")
            try await eventually(within: APIKeys.holdTime * 10, "the key is refused") {
                #expect(try await bed.call("GET", "/api/sms/balance", key: "stayer").status == 200)
                return try await bed.call("GET", "/api/sms/balance", key: "leaver").status == 401
            }
            #expect(try await bed.call("GET", "/api/sms/balance", key: "stayer").status == 200)
        }
    }
}
