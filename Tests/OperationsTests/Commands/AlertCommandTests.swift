import Foundation
import TestSupport
import Testing

@Suite struct AlertCommandTests {
    /// A bed whose `postroom` has a key to derive secrets from.
    private static func run(
        _ bed: CommandBed, _ arguments: String..., key: Bool = true
    ) async throws -> CommandBed.Outcome {
        var environment = ["DATABASE_URL": bed.database.url(user: "postroom_operator")]
        if key { environment["POSTROOM_ALERT_KEY"] = String(repeating: "k", count: 32) }
        let process = try await bed.processes.start(
            "postroom", arguments: ["alert"] + arguments, environment: environment)
        guard let end = await process.exit(within: .seconds(60)) else {
            throw TestSupportFailure("postroom alert \(arguments) did not end")
        }
        return CommandBed.Outcome(end: "\(end)", lines: process.lines)
    }

    private static func id(in outcome: CommandBed.Outcome) throws -> String {
        String(try #require(outcome.text.firstMatch(of: /endpoint ([0-9a-f-]{36})/)?.1))
    }

    @Test func `an endpoint of the operators is made with a secret, listed, rotated and removed`() async throws {
        try await withCommandBed { bed in
            let made = try await Self.run(
                bed, "endpoint", "add", "https://hooks.example.com/ops", "--kind", "health.failed", "--kind",
                "health.recovered")
            #expect(made.end == "exit code 0", "\(made.text)")
            let id = try Self.id(in: made)
            #expect(made.text.contains("whsec_"))
            #expect(
                try await bed.database.sql("SELECT account, url, kinds, secret_version FROM alert.endpoint")
                    == ["|https://hooks.example.com/ops|{health.failed,health.recovered}|1"])
            let listed = try await Self.run(bed, "endpoint", "list", key: false)
            #expect(listed.text.contains(id) && listed.text.contains("health.recovered"))
            #expect(!listed.text.contains("whsec_"))
            let rotated = try await Self.run(bed, "endpoint", "rotate", id)
            #expect(rotated.text.contains("whsec_"))
            let secrets = Set([made, rotated].compactMap { $0.text.firstMatch(of: /whsec_\S+/)?.0 })
            #expect(secrets.count == 2)
            #expect(try await bed.database.sql("SELECT secret_version FROM alert.endpoint") == ["2"])
            for _ in 0..<2 { #expect(try await Self.run(bed, "endpoint", "rotate", id).end == "exit code 0") }
            let tooMany = try await Self.run(bed, "endpoint", "rotate", id)
            #expect(
                tooMany.text.hasPrefix("Error: Deliveries to endpoint \(id) are signed with 4 secrets"),
                "\(tooMany.text)")
            #expect(try await Self.run(bed, "endpoint", "remove", id).end == "exit code 0")
            #expect(try await Self.run(bed, "endpoint", "list").lines == ["No endpoints."])
            for verb in ["remove", "rotate"] {
                let again = try await Self.run(bed, "endpoint", verb, id)
                #expect(again.text.hasPrefix("Error: There is no endpoint \(id)."), "\(again.text)")
            }
        }
    }

    @Test func `without a key, or at an address that nothing may be sent to, none is made`() async throws {
        try await withCommandBed { bed in
            let keyless = try await Self.run(bed, "endpoint", "add", "https://hooks.example.com/", key: false)
            #expect(keyless.end == "exit code 1")
            #expect(keyless.text.contains("POSTROOM_ALERT_KEY"))
            for url in ["http://hooks.example.com/", "https://10.0.0.1/", "https://localhost/"] {
                #expect(try await Self.run(bed, "endpoint", "add", url).end == "exit code 1", "\(url)")
            }
            let kind = try await Self.run(bed, "endpoint", "add", "https://hooks.example.com/", "--kind", "sms.failed")
            #expect(kind.end == "exit code 64")
            #expect(try await bed.database.sql("SELECT count(*) FROM alert.endpoint") == ["0"])
        }
    }

    @Test func `a test is told to the operators, to an account, or to one endpoint that is used`() async throws {
        try await withCommandBed { bed in
            let one = try await bed.database.sql(
                """
                INSERT INTO alert.endpoint (id, account, url) VALUES (gen_random_uuid(), 'default', 'https://a.example/')
                RETURNING id
                """)[0]
            #expect(try await Self.run(bed, "test").lines == ["A test will be told to 0 endpoints."])
            #expect(
                try await Self.run(bed, "test", "--account", "default").lines == ["A test will be told to 1 endpoint."])
            #expect(try await Self.run(bed, "test", "--endpoint", one).end == "exit code 0")
            #expect(
                try await bed.database.sql(
                    "SELECT account, kind, subject, data ->> 'endpointId' FROM alert.event ORDER BY seq") == [
                        "|alert.test|operators|", "default|alert.test|default|", "default|alert.test|\(one)|\(one)",
                    ])
            try await bed.database.sql("UPDATE alert.endpoint SET disabled_at = now(), disabled_reason = 'gone'")
            let disabled = try await Self.run(bed, "test", "--endpoint", one)
            #expect(disabled.text.contains("is disabled (gone)"))
            #expect(try await Self.run(bed, "test", "--account", "nobody").end == "exit code 1")
            #expect(try await bed.database.sql("SELECT count(*) FROM alert.event") == ["3"])
        }
    }

    @Test func `what was told is listed, and delivered again with all of its tries`() async throws {
        try await withCommandBed { bed in
            let id = "0190a3c0-0000-7000-8000-000000000001"
            try await bed.database.sql(
                """
                INSERT INTO alert.notification (id, kind, event_count, data, first_at, last_at)
                VALUES ('\(id)', 'health.failed', 1, '{"rule": "dead_letters"}', now(), now());
                INSERT INTO alert.endpoint (id, account, url, kinds) VALUES
                    ('0190a3c0-0000-7000-8000-0000000000a1', NULL, 'https://a.example/', '{}'),
                    ('0190a3c0-0000-7000-8000-0000000000a2', NULL, 'https://b.example/', '{alert.test}'),
                    ('0190a3c0-0000-7000-8000-0000000000a3', 'default', 'https://c.example/', '{}');
                """)
            let list = try await Self.run(bed, "list")
            #expect(list.text.contains(id) && list.text.contains("dead_letters"))
            #expect(try await Self.run(bed, "list", "--account", "default").lines == ["No notifications."])

            #expect(try await Self.run(bed, "redeliver", id).lines == ["1 delivery is due now."])
            try await bed.database.sql(
                "UPDATE queue.notification SET tries = 5, due_at = now() + interval '9 h', give_up_at = now()")
            let other = "0190a3c0-0000-7000-8000-0000000000a2"
            #expect(try await Self.run(bed, "redeliver", id, "--endpoint", other).end == "exit code 0")
            #expect(try await Self.run(bed, "redeliver", id).end == "exit code 0")
            #expect(
                try await bed.database.sql(
                    """
                    SELECT right(endpoint_id::text, 2), account, tries, due_at <= now(),
                           give_up_at > now() + interval '75 h'
                    FROM queue.notification ORDER BY 1
                    """) == ["a1||0|t|t", "a2||0|t|t"])
            // What is being delivered just now is left alone, and nobody else's endpoint gets it.
            try await bed.database.sql(
                "UPDATE queue.notification SET lease_owner = gen_random_uuid(), lease_until = now(), tries = 3")
            #expect(try await Self.run(bed, "redeliver", id).end == "exit code 1")
            let foreign = "0190a3c0-0000-7000-8000-0000000000a3"
            #expect(try await Self.run(bed, "redeliver", id, "--endpoint", foreign).end == "exit code 1")
            #expect(try await bed.database.sql("SELECT DISTINCT tries FROM queue.notification") == ["3"])
            let unknown = try await Self.run(bed, "redeliver", foreign)
            #expect(unknown.text.hasPrefix("Error: There is no notification"), "\(unknown.text)")
        }
    }
}
