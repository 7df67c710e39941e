import Foundation
import TestSupport
import Testing

/// Debian's Prometheus with the configuration and the rules of `deploy/prometheus`, the real exporter and a real ingress.
@Suite struct PrometheusTests {
    private static let prometheus = "/usr/bin/prometheus"
    private static let exporter = "/usr/bin/prometheus-postgres-exporter"
    private static let folder = "\(TestEnvironment.root)/deploy/prometheus"
    private static let isThere = [prometheus, exporter].allSatisfy(FileManager.default.isExecutableFile(atPath:))

    @Test(
        .enabled(if: isThere, "NOT TESTED: needs Debian's packages prometheus and prometheus-postgres-exporter"))
    func `what is red in SQL fires an alert, and every expression of the dashboard is answered`() async throws {
        try await withTestDatabase { database in
            // A webhook that was accepted and is nowhere.
            try await database.sql(
                """
                INSERT INTO queue.tally (source, intake_day, kind, count)
                VALUES ('onoff-sms', (now() AT TIME ZONE 'UTC')::date, 'accepted', 1)
                """)
            try await withProcesses { processes in
                let (exporter, admin, port) = (try freePort(), try freePort(), try freePort())
                _ = try await processes.start(
                    Self.exporter,
                    arguments: [
                        "--web.listen-address=127.0.0.1:\(exporter)", "--disable-default-metrics",
                        "--disable-settings-metrics", "--extend.query-path=\(Self.folder)/queries.yaml",
                    ], environment: ["DATA_SOURCE_NAME": "\(database.url(user: "postroom_monitor")) sslmode=disable"])
                _ = try await processes.start(
                    "postroom-ingress",
                    environment: [
                        "DATABASE_URL": database.url(user: "postroom_ingress"), "POSTROOM_NXTELE_TOKENS": "token",
                        "POSTROOM_INGRESS_LISTEN": "127.0.0.1:\(try freePort())",
                        "POSTROOM_INGRESS_ADMIN_LISTEN": "127.0.0.1:\(admin)", "POSTROOM_SPOOL_DIR": "off",
                    ], readyPort: admin)
                let place = NSTemporaryDirectory() + "postroom-prometheus-\(UUID().uuidString)"
                defer { try? FileManager.default.removeItem(atPath: place) }
                try Self.write(to: place, exporter: exporter, ingress: admin)
                let server = try await processes.start(
                    Self.prometheus,
                    arguments: [
                        "--config.file=\(place)/prometheus.yml", "--storage.tsdb.path=\(place)/data",
                        "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
                    ])
                for expression in [
                    "up{job=\"postroom-sql\"} == 1", "up{job=\"postroom-ingress\"} == 1",
                    "postroom_ingress_database_reachable == 1", "postroom_health_ok{name=\"effects_once\"} == 1",
                    "ALERTS{alertname=\"PostroomPromiseBroken\",alertstate=\"firing\",name=\"nothing_disappears\"}",
                ] {
                    try await eventually(within: .seconds(120), "\(expression)\n\(server.log)") {
                        (try? await Self.ask(expression, port: port)) == 1
                    }
                }
                // None fires of what holds.
                #expect(try await Self.ask("ALERTS{name=\"effects_once\"}", port: port) == 0)
                for expression in try DashboardTests.dashboard().expressions {
                    #expect(try await Self.ask(expression, port: port) != nil, "\(expression)")
                }
            }
        }
    }

    /// The files of the folder with this test's addresses, every second, and alerts that do not wait.
    private static func write(to place: String, exporter: UInt16, ingress: UInt16) throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let configuration = try String(contentsOfFile: "\(folder)/prometheus.yml", encoding: .utf8)
            .replacing("\"exporter:9187\"", with: "\"127.0.0.1:\(exporter)\"")
            .replacing("\"ingress:9081\"", with: "\"127.0.0.1:\(ingress)\"")
            .replacing("_interval: 15s", with: "_interval: 1s")
        #expect(configuration.components(separatedBy: "127.0.0.1:").count == 3)
        try configuration.write(toFile: "\(place)/prometheus.yml", atomically: true, encoding: .utf8)
        try String(contentsOfFile: "\(folder)/rules.yaml", encoding: .utf8)
            .replacing(/\bfor: [0-9]+[mh]/, with: "for: 0s")
            .write(toFile: "\(place)/rules.yaml", atomically: true, encoding: .utf8)
    }

    private struct Answer: Decodable {
        struct Found: Decodable {
            let result: [Series]
        }
        struct Series: Decodable {}
        let status: String
        let data: Found
    }

    /// How many series an expression has now; nil where Prometheus does not take it.
    private static func ask(_ expression: String, port: UInt16) async throws -> Int? {
        let escaped = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try await HTTPProbe.get("/api/v1/query?query=\(escaped)", port: port)
        guard answer.status == 200, let body = answer.text.data(using: .utf8) else { return nil }
        let read = try JSONDecoder().decode(Answer.self, from: body)
        return read.status == "success" ? read.data.result.count : nil
    }
}
