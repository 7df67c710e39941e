import Foundation
import TestSupport
import Testing

/// The dashboard for Grafana shows what is really exported.
@Suite struct DashboardTests {
    private static let path = "\(TestEnvironment.root)/deploy/grafana/postroom.json"

    struct Dashboard: Decodable {
        struct Panel: Decodable {
            struct Target: Decodable {
                let expr: String
            }
            struct Place: Decodable {
                let h: Int
                let w: Int
                let x: Int
                let y: Int
            }
            let id: Int
            let type: String
            let title: String
            let description: String?
            let gridPos: Place
            let targets: [Target]?
        }
        let title: String
        let uid: String
        let schemaVersion: Int
        let panels: [Panel]

        var expressions: [String] { panels.flatMap { $0.targets ?? [] }.map(\.expr) }
        /// Names of our own metrics in them.
        var metrics: Set<String> {
            Set(expressions.flatMap { $0.matches(of: /postroom_[a-z0-9_]+/).map { String($0.output) } })
        }
    }

    /// The file, read.
    static func dashboard() throws -> Dashboard {
        try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test func `it is whole: ids once, places that do not overlap, a question and its meaning on every panel`() throws {
        let board = try Self.dashboard()
        #expect(board.schemaVersion >= 36 && !board.title.isEmpty && !board.uid.isEmpty)
        #expect(Set(board.panels.map(\.id)).count == board.panels.count)
        var taken: Set<[Int]> = []
        for panel in board.panels {
            let place = panel.gridPos
            #expect(place.x >= 0 && place.w > 0 && place.x + place.w <= 24, "\(panel.title)")
            for x in place.x..<(place.x + place.w) {
                for y in place.y..<(place.y + place.h) {
                    #expect(taken.insert([x, y]).inserted, "\(panel.title) lies on another")
                }
            }
            guard panel.type != "row" else { continue }
            #expect(panel.targets?.isEmpty == false && panel.description?.isEmpty == false, "\(panel.title)")
        }
        // What is red comes first.
        #expect(board.panels.prefix(2).map(\.title) == ["What is wrong", "Promises broken"])
    }

    private static let promtool = "/usr/bin/promtool"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: promtool), "NOT TESTED: needs Debian's package prometheus")
    )
    func `Prometheus takes every expression`() async throws {
        let expressions = try Self.dashboard().expressions
        #expect(expressions.count > 40)
        let rules = expressions.enumerated().map { number, expression in
            "      - {record: \"dashboard:\(number)\", expr: '\(expression.replacing("'", with: "''"))'}"
        }
        let folder = NSTemporaryDirectory() + "postroom-dashboard-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/rules.yaml"
        let text = "groups:\n  - name: dashboard\n    rules:\n" + rules.joined(separator: "\n") + "\n"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try await withProcesses { processes in
            let process = try await processes.start(Self.promtool, arguments: ["check", "rules", file])
            let exit = await process.exit(within: .seconds(60))
            #expect(exit?.description == "exit code 0", "\(process.log)")
        }
    }

    /// What the processes make, as their sources name it.
    private static func namedInSources() throws -> Set<String> {
        let folder = "\(TestEnvironment.root)/Sources"
        var names: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
            for match in text.matches(of: /(Counter|Gauge|Timer|Recorder)\(\s*label: "(postroom_[a-z0-9_]+)"/) {
                let name = String(match.output.2)
                // As PrometheusMetrics writes each kind: of histograms and sums no line has the bare name.
                switch match.output.1 {
                case "Timer":
                    let seconds = name.hasSuffix("_seconds") ? name : name + "_seconds"
                    names.formUnion(["_bucket", "_sum", "_count"].map { seconds + $0 })
                case "Recorder": names.formUnion(["_sum", "_count"].map { name + $0 })
                default: names.insert(name)
                }
            }
        }
        return names
    }

    /// What the rules for Prometheus ask for.
    private static func namedInRules() throws -> Set<String> {
        let text = try String(contentsOfFile: "\(TestEnvironment.root)/deploy/prometheus/rules.yaml", encoding: .utf8)
        let expressions = text.matches(of: /expr: (.+)/).map(\.output.1)
        return Set(expressions.flatMap { $0.matches(of: /postroom_[a-z0-9_]+/).map { String($0.output) } })
    }

    private static let exporter = "/usr/bin/prometheus-postgres-exporter"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: exporter),
            "NOT TESTED: needs Debian's package prometheus-postgres-exporter"))
    func `every metric in it and in the rules is one that the exporter, the ingress or another process exports`()
        async throws
    {
        try await withTestDatabase { database in
            try await Self.fill(database)
            try await withProcesses { processes in
                let port = try freePort()
                let exporter = try await processes.start(
                    Self.exporter,
                    arguments: [
                        "--web.listen-address=127.0.0.1:\(port)", "--disable-default-metrics",
                        "--disable-settings-metrics",
                        "--extend.query-path=\(TestEnvironment.root)/deploy/prometheus/queries.yaml",
                    ], environment: ["DATA_SOURCE_NAME": "\(database.url(user: "postroom_monitor")) sslmode=disable"])
                let admin = try freePort()
                _ = try await processes.start(
                    "postroom-ingress",
                    environment: [
                        "DATABASE_URL": database.url(user: "postroom_ingress"), "POSTROOM_NXTELE_TOKENS": "token",
                        "POSTROOM_INGRESS_LISTEN": "127.0.0.1:\(try freePort())",
                        "POSTROOM_INGRESS_ADMIN_LISTEN": "127.0.0.1:\(admin)", "POSTROOM_SPOOL_DIR": "off",
                    ], readyPort: admin)
                try await eventually(within: .seconds(60), "the exporter answers") {
                    (try? await HTTPProbe.get("/metrics", port: port))?.status == 200
                }
                let queried = try await Self.names(port)
                let counted = try await Self.names(admin)
                let named = try Self.namedInSources()
                let asked = try Self.dashboard().metrics.union(Self.namedInRules())
                #expect(asked.isSuperset(of: ["postroom_health_ok", "postroom_webhooks_opt_out_unreadable_total"]))
                for metric in asked.sorted() {
                    // With its spool off an ingress has no figures of it.
                    let isExported =
                        metric.hasPrefix("postroom_ingress_") && !metric.contains("spool")
                        ? counted.contains(metric) : queried.contains(metric) || named.contains(metric)
                    #expect(isExported, "\(metric)\n\(exporter.log)")
                }
            }
        }
    }

    private static func names(_ port: UInt16) async throws -> Set<String> {
        Set(
            try await HTTPProbe.get("/metrics", port: port).text.matches(of: /postroom_[a-z0-9_]+/).map {
                String($0.output)
            })
    }

    /// At least a row in each view.
    private static func fill(_ database: TestDatabase) async throws {
        let fixtures = MonitorFixtures(database: database)
        try await fixtures.insertAttempt(1, state: "unclear")
        try await fixtures.insertLookup(1, dueIn: 60)
        try await database.sql(
            """
            INSERT INTO ops.process (process_id, executable, version, host, pid, started_at, claimed)
            VALUES (gen_random_uuid(), 'postroom-api', '1', 'h', 1, now(), 0);
            INSERT INTO ops.spool_report (process_id, host, folder, webhooks, bytes, files_aside, spooled, drained)
            VALUES (gen_random_uuid(), 'h', '/s', 0, 0, 0, 0, 0);
            INSERT INTO queue.tally (source, intake_day, kind, count, latency_buckets)
            VALUES ('onoff-sms', current_date, 'processed', 1, '{0,1}');
            INSERT INTO outbox.delivery_hour (hour, provider, destination, entries, delivered, failed, open,
                                              receipts_expected, receipts_by_webhook, receipts_by_query)
            VALUES (date_trunc('hour', now()), 'nxtele', '49', 1, 1, 0, 0, 1, 1, 0);
            INSERT INTO billing.cost_day
                (day, provider, destination, sender, currency, provider_currency, sends, units, provider_units, charged,
                 provider_charged, provider_charged_cny, provider_charged_here, segments_differ, prices_differ,
                 currencies_differ, charged_more, duplicate_charges, without_receipt, without_price, receipts_without_entry)
            VALUES (now() AT TIME ZONE 'UTC', 'nxtele', '49', 's', 'USD', 'USD', 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
            INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
            VALUES ('nxtele', now(), '8 hours', '1 second', 1, 'Asia/Shanghai', '8 hours');
            INSERT INTO outbox.suppression_event
                (account, number, source, event_key, kind, received_at, actor)
            VALUES ('default', '+4915112345678', 'operator', 'k', 'suppressed', now(), 'ann');
            INSERT INTO queue.webhook_dead (webhook_id, received_at, source, account, method, path, query, headers, body,
                                            remote_address, reason, detail, parser_version, tries)
            VALUES ('0190a3c0-0000-7000-8000-000000000001', now(), 'onoff-sms', 'default', 'POST', '', '', '', '', '',
                    'not-json', '', 1, 1)
            """)
    }
}
