import Foundation
import Runtime
import TestSupport
import Testing

/// What is in `deploy/` agrees with what is in `Sources/`.
@Suite struct DeployFilesTests {
    private static let folder = "\(TestEnvironment.root)/deploy"

    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    /// Every file below `deploy/` but the commands and what they source, which speak to the tests, too.
    private static func files() throws -> [String] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        return all.filter { !["up", "test", "package", "packages.sh"].contains($0) }
    }

    @Test func `the example of the environment has every setting in order, with its default`() throws {
        let lines = try Self.text("env.example").split(separator: "\n")
        let shown = lines.compactMap { line -> (key: String, value: String, isDefault: Bool)? in
            let isDefault = line.hasPrefix("#") && !line.hasPrefix("# ")
            guard isDefault || !line.hasPrefix("#") else { return nil }
            let halves = line.drop { $0 == "#" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(halves[0]), halves.count == 2 ? String(halves[1]) : "", isDefault)
        }
        #expect(shown.map(\.key) == Setting.all.map(\.name))
        for (line, setting) in zip(shown, Setting.all) where line.isDefault {
            #expect(line.value == setting.defaultText ?? "", "\(setting.name)")
        }
    }

    @Test func `no file names a setting that there is not`() throws {
        let names = Set(Setting.all.map(\.name))
        let files = try Self.files()
        #expect(files.count >= 10)
        for file in files {
            for match in try Self.text(file).matches(of: /POSTROOM_[A-Z0-9_]+/) {
                #expect(names.contains(String(match.output)), "\(file)")
            }
        }
    }

    private static let services = [
        "postroom-alert-worker", "postroom-api", "postroom-ingress", "postroom-send-worker", "postroom-webhook-worker",
    ]

    @Test func `every executable has a unit that starts it, hardened like the others`() throws {
        var rest: Set<String> = []
        for service in Self.services {
            let unit = try Self.text("systemd/\(service).service")
            #expect(unit.contains("\nExecStart=/usr/bin/\(service)\n"))
            #expect(unit.contains("\nEnvironmentFile=-/etc/postroom/\(service).env\n"))
            #expect(unit.contains("\nEnvironment=POSTROOM_STATE_DIR=/var/lib/postroom/\(service)\n"))
            // What a process had in its memory is not left on the disk.
            #expect(unit.contains("\nLimitCORE=0\nEnvironment=SWIFT_BACKTRACE=registers=none\n"))
            // From here on they are the same.
            rest.insert(String(unit[try #require(unit.range(of: "# It needs the network")).lowerBound...]))
        }
        #expect(rest.count == 1)
        // The target starts the processes that were enabled on this machine, and no others.
        #expect(rest.first?.hasSuffix("\n[Install]\nWantedBy=postroom.target\n") == true)
        #expect(try !Self.text("systemd/postroom.target").contains("Wants="))
    }

    @Test func `the example of the environment insists on Postgres's certificate, and its server can have one`() throws
    {
        let url = try #require(
            Self.text("env.example").split(separator: "\n").first { $0.hasPrefix("DATABASE_URL=") })
        #expect(url.contains("?sslmode=verify-full&sslrootcert=/"))
        #expect(try Self.text("postgresql.conf").contains("\n#ssl = on\n"))
    }

    @Test func `the image holds every executable, and compose runs each under its own role`() throws {
        let image = try Self.text("Dockerfile")
        let compose = try Self.text("compose.yaml")
        #expect(image.contains("\nENV SWIFT_BACKTRACE=registers=none\n") && !compose.contains("SWIFT_BACKTRACE"))
        let shared = compose.components(separatedBy: "\nservices:\n")[0]
        #expect(shared.contains("x-postroom: &postroom\n") && shared.contains("\n  ulimits: {core: 0} "))
        for service in Self.services {
            #expect(compose.contains("    <<: *postroom\n    command: [\(service)]"))
            #expect(image.contains(" \(service)"))
            #expect(compose.contains("command: [\(service)]"))
            let role = service.replacingOccurrences(of: "-", with: "_")
            #expect(compose.contains("DATABASE_URL: postgresql://\(role)@postgres/postroom"))
        }
    }

    @Test func `what runs in Compose is there again after the machine's restart, but for the migration`() throws {
        let text = try Self.text("compose.yaml")
        #expect(text.contains("x-postroom: &postroom\n") && text.contains("\n  restart: unless-stopped\n"))
        let services = try #require(text.components(separatedBy: "\nservices:\n").last).components(separatedBy: "\n\n")
            .filter { $0.contains("\n    image: ") || $0.contains("\n    <<: *postroom\n") }
        #expect(services.count == 9)
        let once = services.filter { service in
            service.contains("\n    restart: \"no\"\n")
                || !service.contains("\n    <<: *postroom\n") && !service.contains("\n    restart: unless-stopped\n")
        }
        #expect(once.count == 1 && once.first?.hasPrefix("  migrate:\n") == true, "\(once)")
    }

    private static let promtool = "/usr/bin/promtool"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: promtool), "NOT TESTED: needs Debian's package prometheus")
    )
    func `Prometheus takes the rules, and they fire when they should`() async throws {
        try await withProcesses { processes in
            for arguments in [
                ["check", "config", "prometheus.yml"], ["check", "rules", "rules.yaml"],
                ["test", "rules", "rules.test.yaml"],
            ] {
                let path = "\(Self.folder)/prometheus/\(arguments[2])"
                let process = try await processes.start(
                    Self.promtool, arguments: Array(arguments.prefix(2)) + [path])
                let exit = await process.exit(within: .seconds(60))
                #expect(exit?.description == "exit code 0", "\(process.log)")
            }
            // Whoever takes the mark away from the line about the Alertmanager has a file that Prometheus takes, too.
            let text = try Self.text("prometheus/prometheus.yml")
            let calling = text.replacing("\n#alerting:", with: "\nalerting:")
            #expect(calling != text)
            let place = NSTemporaryDirectory() + "postroom-alerting-\(UUID().uuidString).yml"
            defer { try? FileManager.default.removeItem(atPath: place) }
            try calling.replacing("[rules.yaml]", with: "[\"\(Self.folder)/prometheus/rules.yaml\"]")
                .write(toFile: place, atomically: true, encoding: .utf8)
            let process = try await processes.start(Self.promtool, arguments: ["check", "config", place])
            #expect(await process.exit(within: .seconds(60))?.description == "exit code 0", "\(process.log)")
        }
    }

    private static let exporter = "/usr/bin/prometheus-postgres-exporter"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: exporter),
            "NOT TESTED: needs Debian's package prometheus-postgres-exporter"))
    func `the exporter reads every view of the query file as the role that may read nothing else`() async throws {
        try await withTestDatabase { database in
            try await withProcesses { processes in
                let port = try freePort()
                let process = try await processes.start(
                    Self.exporter,
                    arguments: [
                        "--web.listen-address=127.0.0.1:\(port)", "--disable-default-metrics",
                        "--disable-settings-metrics",
                        "--extend.query-path=\(Self.folder)/prometheus/queries.yaml",
                    ], environment: ["DATA_SOURCE_NAME": "\(database.url(user: "postroom_monitor")) sslmode=disable"])
                try await database.sql(
                    "INSERT INTO ops.process (process_id, executable, version, host, pid, started_at, claimed) "
                        + "VALUES (gen_random_uuid(), 'postroom-api', '1', 'h', 1, now(), 0)")
                try await eventually(within: .seconds(60), "the exporter answers") {
                    (try? await HTTPProbe.get("/metrics", port: port))?.status == 200
                }
                let text = try await HTTPProbe.get("/metrics", port: port).text
                for metric in [
                    "postroom_health_ok{kind=\"promise\",name=\"effects_once\"", "postroom_queue_waiting{name=\"send\"",
                    "postroom_processes_alive{executable=\"postroom-api\"",
                    "postroom_balance_balance{account=\"default\"",
                ] {
                    #expect(text.contains(metric), "\(metric) is missing\n\(process.log)")
                }
                #expect(text.contains("pg_exporter_user_queries_load_error{") && !text.contains("queries.yaml\"} 1"))
                #expect(text.contains("pg_exporter_last_scrape_error 0"), "\(process.log)")
            }
        }
    }

    @Test func `the exporter has a bounded number of series however many accounts there are`() async throws {
        let text = try Self.text("prometheus/queries.yaml")
        func query(_ name: String) throws -> String {
            let found = text.firstMatch(of: try Regex("\n\(name):\n  query: >-\n([^:]*)\n  metrics:"))
            return try #require(found?[1].substring.map { String($0) })
        }
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO billing.account (name, kind, currency)
                SELECT 'a' || n, CASE n % 2 WHEN 0 THEN 'prepaid' ELSE 'postpaid' END, 'USD' FROM generate_series(1, 3000) AS n;
                INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after)
                SELECT 'a' || n, 1, 'topup', n, n FROM generate_series(1, 3000) AS n;
                INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, actor)
                SELECT 'a' || n, '+4915112345678', 'operator', 'k' || n, 'suppressed', now(), 'ann'
                FROM generate_series(1, 3000) AS n
                """)
            // The prepaid ones that come to their end first.
            #expect(
                try await database.sql(
                    "SELECT count(*), min(balance), max(balance), min(kind) FROM (\(try query("postroom_balance"))) AS q",
                    user: "postroom_monitor") == ["1000|2|2000|prepaid"])
            #expect(
                try await database.sql(try query("postroom_suppressions"), user: "postroom_monitor") == ["3000|0"])
        }
    }

    @Test func `every view is asked by a query for the exporter, or the file says why not`() async throws {
        let text = try Self.text("prometheus/queries.yaml")
        try await withTestDatabase { database in
            let views = try await database.sql("SELECT viewname FROM pg_views WHERE schemaname = 'monitor'")
            #expect(views.count >= 18)
            for view in views {
                let isAsked = text.firstMatch(of: try Regex("(FROM|JOIN) monitor\\.\(view)\\b")) != nil
                let isExplained = text.contains("\n# monitor.\(view): ")
                #expect(isAsked != isExplained, "monitor.\(view)")
            }
        }
    }

    @Test(arguments: ["up", "test"])
    func `a POSTROOM_PG_BIN without a server is told before anything is installed`(command: String) async throws {
        let folder = NSTemporaryDirectory() + "postroom-commands-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Whoever would install something gets no further.
        for name in ["apt-get", "sudo"] {
            try "#!/bin/sh\nexit 1\n".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(folder)/\(name)")
        }
        try await withProcesses { processes in
            let process = try await processes.start(
                "\(Self.folder)/\(command)",
                environment: ["POSTROOM_PG_BIN": "/nonexistent", "PATH": "\(folder):/usr/bin:/bin"])
            let exit = await process.exit(within: .seconds(60))
            #expect(exit?.description == "exit code 1" && process.lines.count == 1, "\(process.log)")
            #expect(process.log.contains("\(command): POSTROOM_PG_BIN is /nonexistent"), "\(process.log)")
        }
    }

    @Test func `who shows the endpoints' secrets and who signs with them have the same key`() throws {
        for (file, key) in [
            ("compose.yaml", "POSTROOM_ALERT_KEY: "), ("kubernetes/postroom.yaml", "- name: POSTROOM_ALERT_KEY"),
        ] {
            let count = try Self.text(file).components(separatedBy: key).count - 1
            #expect(count == 2, "\(file)")
        }
    }
}
