import Testing

@testable import OutboxAPI

@Suite struct AlertsRouteTests {
    private static let path = "/api/sms/alerts"

    @Test func `an account that never said anything has the defaults, and what is not given stays`() async throws {
        try await APIBed.run { bed in
            let before = try await bed.call("GET", Self.path)
            #expect(before.status == 200)
            #expect(
                before.http.text == #"{"account":"default","failedSms":true,"lowBalance":true,"thresholds":[],"#
                    + #""digest":{"count":10,"seconds":900},"limits":{"maxAutomaticRetries":null,"maxResends":null},"#
                    + #""channels":{"webhooks":[]}}"#)
            let body = """
                {"failedSms":false,"thresholds":[100,5.50,0],"digest":{"seconds":60},"limits":{"maxResends":7}}
                """
            #expect(try await bed.call("PUT", Self.path, body: body).status == 200)
            let after = try await bed.call("PUT", Self.path, body: #"{"digest":{"count":3}}"#)
            #expect(
                after.http.text
                    == #"{"account":"default","failedSms":false,"lowBalance":true,"thresholds":[0,5.5,100],"#
                    + #""digest":{"count":3,"seconds":60},"limits":{"maxAutomaticRetries":null,"maxResends":7},"#
                    + #""channels":{"webhooks":[]}}"#)
            #expect(try await bed.call("GET", Self.path).http.text == after.http.text)
            let reset = try await bed.call("PUT", Self.path, body: #"{"limits":{"maxResends":null},"thresholds":[]}"#)
            #expect(reset["limits.maxResends"] == .null)
            #expect(reset["thresholds"] == .array([]))
            #expect(try await bed.sql("SELECT count(*) FROM billing.account WHERE max_resends IS NOT NULL") == ["0"])
        }
    }

    @Test func `every field that is wrong is named by its path, and nothing is set`() async throws {
        try await APIBed.run { bed in
            let body = """
                {"failedSms":1,"thresholds":[5,5],"digest":{"count":0,"other":1},"limits":{"maxResends":61},"x":1}
                """
            let answer = try await bed.call("PUT", Self.path, body: body)
            #expect(answer.status == 422)
            #expect(
                answer.wrongFields
                    == ["failedSms", "thresholds", "digest.count", "digest.other", "limits.maxResends", "x"])
            #expect(try await bed.sql("SELECT count(*) FROM alert.settings") == ["0"])
        }
    }

    @Test func `what was shown may be given back whole, but nothing in it changed that is not set here`() async throws {
        try await APIBed.run { bed in
            _ = try await bed.addEndpoint(#""kinds":["sms.failed","balance.low"]"#)
            let id = try await bed.addEndpoint()
            #expect(
                try await bed.call("PATCH", Self.path + "/endpoints/\(id)", body: #"{"disabled":true}"#).status == 200)
            let shown = try await bed.call("GET", Self.path).http.text
            // What moves by itself between the two calls is no change.
            try await bed.database.sql("UPDATE alert.endpoint SET failing_since = now()")
            let put = { (before: String, after: String) in
                #expect(shown.contains(before))
                return try await bed.call("PUT", Self.path, body: shown.replacing(before, with: after))
            }
            let answer = try await put(#""thresholds":[]"#, #""thresholds":[7]"#)
            #expect(answer.status == 200, "\(answer.http.text)")
            #expect(answer["thresholds"] == .array([.number("7")]))
            let refused = [
                (#""account":"default""#, #""account":"other""#, "account"),
                ("hooks.example.com", "hooks.example.org", "channels"),
                (#""disabled":true"#, #""disabled":false"#, "channels"),
                (#"["sms.failed","#, "[", "channels"), (id, "0190a3c0-0000-7000-8000-000000000000", "channels"),
                (#""webhooks""#, #""others""#, "channels"),
            ]
            for (before, after, field) in refused {
                let answer = try await put(before, after)
                #expect(answer.status == 422, "\(after)")
                #expect(answer.wrongFields == [field])
            }
            #expect(try await bed.sql("SELECT count(*) FROM alert.endpoint WHERE disabled_at IS NOT NULL") == ["1"])
        }
    }

    @Test func `a threshold above the balance is told when it is set, and only then`() async throws {
        try await APIBed.run { bed in
            try await bed.addAccount("rich", kind: "prepaid", balance: "10")
            let set = { (body: String) in try await bed.call("PUT", Self.path, key: "rich", body: body) }
            let events = {
                try await bed.sql("SELECT account, kind, subject, data FROM alert.event ORDER BY seq")
            }
            #expect(try await set(#"{"thresholds":[10,20]}"#).status == 200)
            let told = #"rich|balance.low|20|{"seq": 1, "balance": 10, "currency": "USD", "threshold": 20}"#
            #expect(try await events() == [told])
            #expect(try await set(#"{"thresholds":[20.0,5]}"#).status == 200)
            #expect(try await events() == [told])
            #expect(try await set(#"{"lowBalance":false,"thresholds":[30]}"#).status == 200)
            #expect(try await events() == [told])
        }
    }

    @Test func `who may only read sees them and sets nothing`() async throws {
        try await APIBed.run { bed in
            try await bed.addKey("reader", scopes: "read")
            try await bed.addKey("sender", scopes: "send")
            #expect(try await bed.call("GET", Self.path, key: "reader").status == 200)
            #expect(try await bed.call("GET", Self.path, key: "sender").status == 403)
            #expect(try await bed.call("PUT", Self.path, key: "reader", body: "{}").status == 403)
            for (method, path) in [
                ("POST", "/endpoints"), ("PATCH", "/endpoints/x"), ("DELETE", "/endpoints/x"),
                ("POST", "/endpoints/x/rotate"),
            ] {
                let answer = try await bed.call(method, Self.path + path, key: "reader", body: "{}")
                #expect(answer.status == 403, "\(method) \(path)")
            }
            let wrong = try await bed.call("POST", Self.path)
            #expect(wrong.status == 405)
            #expect(wrong.http.headers["allow"] == "GET, HEAD, PUT")
        }
    }
}
