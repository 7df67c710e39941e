import Domain
import PostgresClient
import Store
import Testing

@testable import Alerting
@testable import OutboxAPI

@Suite struct EndpointRouteTests {
    private static let path = "/api/sms/alerts/endpoints"
    private static let key = AlertKey(bytes: Array(repeating: 7, count: AlertKey.byteCountMin))

    private static func secret(_ id: String, version: Int32) throws -> String {
        key.secret(of: try #require(EndpointID(id)), version: version).text.revealed
    }

    @Test func `one is made with the secret that its deliveries are signed with, which is shown this once`()
        async throws
    {
        try await APIBed.run { bed in
            let body = #"{"url":"https://hooks.example.com/a?b=c","kinds":["sms.failed","balance.low","sms.failed"]}"#
            let made = try await bed.call("POST", Self.path, body: body)
            #expect(made.status == 201)
            let id = try #require(made.text("endpoint.id"))
            let secret = try #require(made.text("secret"))
            #expect(secret == (try Self.secret(id, version: 1)))
            #expect(secret.hasPrefix("whsec_"))
            let shown = try await bed.call("GET", "/api/sms/alerts")
            #expect(shown["channels.webhooks"]?.items.first == made["endpoint"])
            #expect(!shown.http.text.contains("whsec_"))
            #expect(made["endpoint.kinds"] == .array([.string("sms.failed"), .string("balance.low")]))
            #expect(made["endpoint.disabled"] == .bool(false))
            #expect(
                try await bed.sql("SELECT account, url, kinds, secret_version FROM alert.endpoint")
                    == ["default|https://hooks.example.com/a?b=c|{sms.failed,balance.low}|1"])
        }
    }

    @Test(
        arguments: [
            "http://hooks.example.com/", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/",
            "https://169.254.169.254/", "https://localhost/", "https://a.internal/", "https://u:p@hooks.example.com/",
            "https://hooks.example.com:22/", "https://2130706433/", "ftp://hooks.example.com/",
        ])
    func `none is made at, or moved to, an address that deliveries would not go to`(_ url: String) async throws {
        try await APIBed.run { bed in
            let made = try await bed.call("POST", Self.path, body: #"{"url":"\#(url)"}"#)
            #expect(made.status == 422)
            #expect(made.wrongFields == ["url"])
            #expect(!made.http.text.contains(url))
            let id = try await bed.addEndpoint()
            let moved = try await bed.call("PATCH", "\(Self.path)/\(id)", body: #"{"url":"\#(url)"}"#)
            #expect(moved.wrongFields == ["url"])
        }
    }

    @Test func `a rotation shows the next secret, and the one before is good for a day more`() async throws {
        try await APIBed.run { bed in
            let id = try await bed.addEndpoint()
            let rotated = try await bed.call("POST", "\(Self.path)/\(id)/rotate")
            #expect(rotated.status == 200)
            #expect(rotated.text("secret") == (try Self.secret(id, version: 2)))
            #expect(rotated.text("endpoint.previousSecretValidUntil") != nil)
            #expect(
                try await bed.sql(
                    """
                    SELECT secret_version, previous_valid_until BETWEEN now() + interval '23 h' AND now() + interval '24 h'
                    FROM alert.endpoint
                    """) == ["2|t"])
            #expect(
                try await bed.call("POST", "\(Self.path)/\(id)/rotate").text("secret") == Self.secret(id, version: 3))
        }
    }

    @Test func `no rotation ends a secret before its time, and so many are used at most`() async throws {
        try await APIBed.run { bed in
            let id = try await bed.addEndpoint()
            let versions = "SELECT secret_version, oldest_version FROM alert.endpoint"
            for version in 2...4 {
                #expect(try await bed.call("POST", "\(Self.path)/\(id)/rotate").status == 200)
                #expect(try await bed.sql(versions) == ["\(version)|1"])
            }
            let refused = try await bed.call("POST", "\(Self.path)/\(id)/rotate")
            #expect(refused.status == 409)
            #expect(refused.text("type") == "too-many-secrets")
            #expect(try await bed.sql(versions) == ["4|1"])
            // A day later.
            _ = try await bed.sql("UPDATE alert.endpoint SET previous_valid_until = now()")
            #expect(try await bed.call("POST", "\(Self.path)/\(id)/rotate").status == 200)
            #expect(try await bed.sql(versions) == ["5|4"])
            // By an executable that does not know of it.
            _ = try await bed.sql("UPDATE alert.endpoint SET oldest_version = NULL")
            #expect(try await bed.call("POST", "\(Self.path)/\(id)/rotate").status == 200)
            #expect(try await bed.sql(versions) == ["6|4"])
        }
    }

    @Test func `two rotations from the same version are one`() async throws {
        try await APIBed.run { bed in
            let id = try #require(EndpointID(try await bed.addEndpoint()))
            let pool = ConnectionPool(
                ConnectionConfiguration(connectionString: bed.database.url(user: "postroom_api")), capacity: 1)
            for _ in 0..<2 {
                let done = try await pool.run(
                    RotateEndpoint(id, account: "default", from: 1), timeout: .seconds(30))
                #expect(done?.secretVersion == 2)
                #expect(done?.oldestVersion == 1)
            }
            #expect(try await pool.run(RotateEndpoint(id, account: "x", from: 2), timeout: .seconds(30)) == nil)
            await pool.close()
        }
    }

    @Test func `one is disabled, enabled anew without its failures, and deleted`() async throws {
        try await APIBed.run { bed in
            let id = try await bed.addEndpoint()
            let change = { (body: String) in try await bed.call("PATCH", "\(Self.path)/\(id)", body: body) }
            let disabled = try await change(#"{"disabled":true,"kinds":["sms.failed"]}"#)
            #expect(disabled.status == 200)
            #expect(disabled.text("disabledReason") == "user")
            #expect(disabled["kinds"] == .array([.string("sms.failed")]))
            _ = try await bed.sql(
                "UPDATE alert.endpoint SET disabled_reason = 'failing', failing_since = now() - interval '6 d'")
            #expect(try await change(#"{"disabled":true}"#).text("disabledReason") == "failing")
            let enabled = try await change(#"{"disabled":false}"#)
            #expect(enabled["disabled"] == .bool(false))
            #expect(enabled["failingSince"] == .null)
            #expect(enabled["kinds"] == .array([.string("sms.failed")]))
            #expect(try await bed.call("DELETE", "\(Self.path)/\(id)").status == 200)
            #expect(try await bed.call("GET", "/api/sms/alerts")["channels.webhooks"] == .array([]))
            for (method, path) in [("DELETE", ""), ("PATCH", ""), ("POST", "/rotate")] {
                #expect(try await bed.call(method, "\(Self.path)/\(id)\(path)", body: "{}").status == 404)
            }
        }
    }

    @Test func `nobody touches another account's, and nobody has more than ten`() async throws {
        try await APIBed.run { bed in
            try await bed.addAccount("other", kind: "postpaid")
            let id = try await bed.addEndpoint()
            for (method, path) in [("PATCH", ""), ("POST", "/rotate"), ("DELETE", "")] {
                let answer = try await bed.call(method, "\(Self.path)/\(id)\(path)", key: "other", body: "{}")
                #expect(answer.status == 404, "\(method)")
            }
            #expect(try await bed.call("GET", "/api/sms/alerts", key: "other")["channels.webhooks"] == .array([]))
            try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<12 {
                    tasks.addTask {
                        try await bed.call("POST", Self.path, body: #"{"url":"https://hooks.example.com/"}"#).status
                    }
                }
                var statuses: [Int] = []
                for try await status in tasks { statuses.append(status) }
                #expect(statuses.filter { $0 == 201 }.count == 9)
                #expect(statuses.filter { $0 == 409 }.count == 3)
            }
            #expect(try await bed.sql("SELECT count(*) FROM alert.endpoint") == ["10"])
        }
    }

    @Test func `without a key to sign with there are none, and it says so`() async throws {
        try await APIBed.run({ $0.alertKey = nil }) { bed in
            let answer = try await bed.call("POST", Self.path, body: #"{"url":"https://hooks.example.com/"}"#)
            #expect(answer.status == 409)
            #expect(answer.text("type") == "no-alert-key")
            #expect(answer.text("detail")?.contains("POSTROOM_ALERT_KEY") == true)
        }
    }
}
