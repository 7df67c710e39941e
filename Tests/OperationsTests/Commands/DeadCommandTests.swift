import Testing

@testable import Operations

/// How `postroom dead` ends; what it does is in `DeadTests` of the end-to-end tests.
@Suite struct DeadCommandTests {
    private let first = "0190a3c0-0000-7000-8000-000000000001"
    private let second = "0190a3c0-0000-7000-8000-000000000002"
    private let remaining = "SELECT right(webhook_id::text, 1) FROM queue.webhook_dead ORDER BY 1"

    @Test func `what Postgres refuses is told in a sentence that says what to do`() async throws {
        try await withBed { bed in
            for arguments in [["list"], ["show", first], ["replay", "--all"], ["discard", first]] {
                let refused = try await bed.run(["dead"] + arguments, user: "postroom_monitor")
                #expect(refused.end == "exit code 1", "\(arguments): \(refused.text)")
                #expect(refused.text.contains("Connect as postroom_operator"), "\(arguments): \(refused.text)")
            }
            let unreachable = try await bed.run(
                ["dead", "list"], environment: ["DATABASE_URL": "host=127.0.0.1 port=1 dbname=x"])
            #expect(
                unreachable.end == "exit code 1" && unreachable.text.contains("Postgres cannot be reached"),
                "\(unreachable.text)")
        }
    }

    @Test(arguments: ["replay", "discard"])
    func `an id that was named and is not there makes it end with 1, after the others had their turn`(
        verb: String
    ) async throws {
        try await withBed { bed in
            try await bed.succeed("dead", "discard", first)
            let dry = try await bed.run("dead", verb, "--dry-run", first)
            #expect(dry.end == "exit code 1", "\(dry.text)")
            let both = try await bed.run("dead", verb, first, second)
            #expect(both.end == "exit code 1", "\(both.text)")
            #expect(both.lines.contains("\(first)  no dead letter, or not of that reason or source"), "\(both.text)")
            #expect(both.lines.contains { $0.hasPrefix("\(second)  ") }, "\(both.text)")
            #expect(both.text.contains("1 of the dead letters that were meant"), "\(both.text)")
            let other = try await bed.run("dead", verb, second, "--reason", "another")
            #expect(other.end == "exit code 1", "\(other.text)")
            // Nobody named one.
            try await bed.succeed("dead", verb, "--reason", "another")
        }
    }

    @Test func `what Postgres refuses of one letter makes it end with 1, also where no id was named`() async throws {
        try await withBed { bed in
            try await bed.database.sql("REVOKE INSERT ON queue.tally FROM postroom_operator")
            for arguments in [["dead", "discard", first], ["dead", "discard", "--reason", "not-json"]] {
                let refused = try await bed.run(arguments)
                #expect(refused.end == "exit code 1", "\(refused.text)")
                #expect(refused.text.contains("refused, and left as it was: Postgres refused it"), "\(refused.text)")
                #expect(refused.lines.contains("Discarded 0."), "\(refused.text)")
            }
            #expect(try await bed.database.sql(remaining) == ["1", "2"])
        }
    }

    @Test func `a commit whose answer is lost is not told as refused`() async throws {
        try await withBed { bed in
            // The connection ends within the commit.
            try await bed.database.sql(
                """
                CREATE FUNCTION public.end_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
                AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER end_it AFTER INSERT ON queue.tally DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION public.end_it();
                """)
            let lost = try await bed.run("dead", "discard", first, second)
            #expect(lost.end == "exit code 1", "\(lost.text)")
            #expect(lost.text.contains("\(first): ") && lost.text.contains("It may have been done all the same"))
            #expect(!lost.text.contains("left as it was"), "\(lost.text)")
            #expect(try await bed.database.sql(remaining) == ["1", "2"])
        }
    }

    /// A bed with two dead letters that no parser reads.
    private func withBed(_ body: (CommandBed) async throws -> Void) async throws {
        try await withCommandBed { bed in
            for id in [first, second] {
                try await bed.database.sql(
                    """
                    INSERT INTO queue.webhook_dead (webhook_id, received_at, source, account, method, path, query, headers,
                                                    body, remote_address, reason, detail, parser_version, tries)
                    VALUES ('\(id)', now(), 'onoff-sms', 'default', 'POST', '', '', '', '', '', 'not-json', '', 1, 1)
                    """)
            }
            try await body(bed)
        }
    }
}
