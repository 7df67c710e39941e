import Testing

@testable import Operations

@Suite struct SpoolForgetTests {
    /// Of each spool: the folder, its webhooks, the files set aside in it, and whether it is closed.
    private let spools = "SELECT folder, webhooks, files_aside, state FROM monitor.spool ORDER BY folder"
    private let rules = "SELECT name, ok FROM monitor.health WHERE name LIKE 'spool%' ORDER BY name"

    @Test func `the spool of a lost disk is forgotten once, says what that gives up, and health is well again`()
        async throws
    {
        try await withCommandBed { bed in
            try await report(bed, "/gone", ago: "2 h", webhooks: 7)
            try await report(bed, "/other", ago: "2 h", webhooks: 1)
            let dry = try await bed.succeed("spool", "forget", "/gone", "--host", "here", "--dry-run")
            #expect(dry.text.contains("7 webhooks and 0 files set aside"), "\(dry.text)")
            #expect(dry.text.contains("are lost unless the folder is found"), "\(dry.text)")
            #expect(dry.lines.last == "Would be forgotten. Nothing was changed: this was a dry run.")
            #expect(try await bed.database.sql(spools) == ["/gone|7|0|unknown", "/other|1|0|unknown"])

            let done = try await bed.succeed("spool", "forget", "/gone", "--host", "here")
            #expect(done.lines.dropLast() == dry.lines.dropLast() && done.lines.last == "Forgotten.", "\(done.text)")
            #expect(try await bed.database.sql(spools) == ["/gone|0|0|closed", "/other|1|0|unknown"])
            let again = try await bed.succeed("spool", "forget", "/gone", "--host", "here")
            #expect(again.text.hasPrefix("Nothing changed: it was closed at "), "\(again.text)")
            #expect(try await bed.database.sql("SELECT count(*) FROM ops.spool_report WHERE folder = '/gone'") == ["2"])

            #expect(try await bed.database.sql(rules) == ["spool_files_aside|t", "spools_drain|f"])
            try await bed.succeed("spool", "forget", "/other", "--host", "here")
            #expect(try await bed.database.sql(rules) == ["spool_files_aside|t", "spools_drain|t"])
        }
    }

    @Test func `files set aside go from the report of an ended ingress too`() async throws {
        try await withCommandBed { bed in
            try await report(bed, "/gone", ago: "2 h", webhooks: 0, filesAside: 3, closed: true)
            #expect(try await bed.database.sql(rules) == ["spool_files_aside|f", "spools_drain|t"])
            let done = try await bed.succeed("spool", "forget", "/gone", "--host", "here")
            #expect(done.text.contains("0 webhooks and 3 files set aside"), "\(done.text)")
            #expect(try await bed.database.sql(rules) == ["spool_files_aside|t", "spools_drain|t"])
        }
    }

    @Test func `one that still reports is refused, and so is one that nobody knows`() async throws {
        try await withCommandBed { bed in
            // Of almost a minute to come, so that it reports for two: the command may take long.
            try await report(bed, "/in-use", ago: "-50 s", webhooks: 7)
            let refused = try await bed.run("spool", "forget", "/in-use", "--host", "here")
            #expect(refused.end == "exit code 1" && refused.text.contains("It is in use"), "\(refused.text)")
            #expect(try await bed.database.sql(spools) == ["/in-use|7|0|reporting"])
            for (folder, host) in [("/in-use", "elsewhere"), ("/elsewhere", "here")] {
                let unknown = try await bed.run("spool", "forget", folder, "--host", host)
                #expect(unknown.end == "exit code 1" && unknown.text.contains("Nothing is known"), "\(unknown.text)")
            }
            #expect(try await bed.database.sql("SELECT count(*) FROM ops.spool_report") == ["1"])
        }
    }

    private func report(
        _ bed: CommandBed, _ folder: String, ago: String, webhooks: Int, filesAside: Int = 0, closed: Bool = false
    ) async throws {
        try await bed.database.sql(
            """
            INSERT INTO ops.spool_report
                (process_id, seen_at, host, folder, webhooks, bytes, files_aside, spooled, drained, closed)
            VALUES (gen_random_uuid(), now() - interval '\(ago)', 'here', '\(folder)', \(webhooks), 0, \(filesAside), 0, 0,
                    \(closed))
            """)
    }
}
