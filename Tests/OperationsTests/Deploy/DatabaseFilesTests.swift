import Foundation
import TestSupport
import Testing

/// The files for Postgres and PgBouncer, given to Postgres and PgBouncer.
@Suite struct DatabaseFilesTests {
    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(TestEnvironment.root)/deploy/\(name)", encoding: .utf8)
    }

    /// Runs the body with a folder that every account can enter, and that goes with it.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "postroom-files-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test func `Postgres starts with every setting of postgresql.conf, and takes the migrations`() async throws {
        let settings = try Self.text("postgresql.conf")
        let names = settings.matches(of: #/(?m)^([a-z_]+) = /#).map { "'\($0.output.1)'" }
        #expect(names.count > 20)
        try await withFolder { folder in
            try await withTestCluster(in: "\(folder)/cluster", migrated: false) { cluster in
                // With one that it does not know, or a value that it does not take, it does not start.
                try await cluster.restart(adding: settings)
                // Some, such as its memory, the test gives on the command line, which comes first.
                let missing = try await cluster.sql(
                    """
                    SELECT n.name FROM unnest(ARRAY[\(names.joined(separator: ", "))]) AS n (name)
                    WHERE NOT EXISTS (
                        SELECT FROM pg_settings AS s
                        WHERE lower(s.name) = n.name AND s.source IN ('configuration file', 'command line'))
                    """)
                #expect(missing == [])
                #expect(try await cluster.sql("SHOW autovacuum_naptime") == ["10s"])
                #expect(try await cluster.sql("SHOW log_min_error_statement") == ["panic"])
                try await cluster.migrate()
                #expect(try await cluster.sql("SELECT count(*) FROM monitor.health WHERE ok IS NULL") == ["0"])
            }
        }
    }

    @Test func `the kernel knows every setting of sysctl.d, and its values are numbers`() throws {
        let lines = try Self.text("sysctl.d/postroom.conf").split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(!lines.isEmpty)
        for line in lines {
            let parts = line.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(parts.count == 2 && Int(parts.last ?? "") != nil, "\(line)")
            let path = "/proc/sys/" + (parts.first ?? "").replacing(".", with: "/")
            #expect(FileManager.default.fileExists(atPath: path), "\(line)")
        }
    }

    @Test func `PgBouncer takes its file, and gives one session to two callers in turn`() async throws {
        let settings = try Self.text("pgbouncer/pgbouncer.ini")
        try await withFolder { folder in
            try await withTestDatabase { database in
                try await withProcesses { processes in
                    // With a setting that it does not know it does not start.
                    let pooler = try TestPooler(processes, folder: folder, poolSize: 1, settings: settings)
                    try await pooler.start(database)
                    let sessions = [Session(pooler.url(database)), Session(pooler.url(database))]
                    for _ in 0..<2 {
                        // Both stay connected: by sessions the second would wait for the first to go, and in vain.
                        for session in sessions {
                            try await session.script("BEGIN; SET LOCAL lock_timeout = '1s'; SELECT 1; COMMIT")
                        }
                    }
                    for session in sessions { await session.close() }
                }
            }
        }
    }

    private static let exporter = "/usr/bin/prometheus-postgres-exporter"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: exporter),
            "NOT TESTED: needs Debian's package prometheus-postgres-exporter"))
    func `the exporter reaches Postgres through PgBouncer`() async throws {
        let settings = try Self.text("pgbouncer/pgbouncer.ini")
        try await withFolder { folder in
            try await withTestDatabase { database in
                try await withProcesses { processes in
                    let pooler = try TestPooler(processes, folder: folder, poolSize: 1, settings: settings)
                    try await pooler.start(database)
                    let port = try freePort()
                    let url = "postgresql://postroom_monitor@127.0.0.1:\(pooler.port)/\(database.name)"
                    let process = try await processes.start(
                        Self.exporter,
                        arguments: [
                            "--web.listen-address=127.0.0.1:\(port)", "--disable-default-metrics",
                            "--disable-settings-metrics",
                            "--extend.query-path=\(TestEnvironment.root)/deploy/prometheus/queries.yaml",
                        ], environment: ["DATA_SOURCE_NAME": "\(url)?sslmode=disable"])
                    try await eventually(within: .seconds(60), "the exporter answers: \(process.log)") {
                        (try? await HTTPProbe.get("/metrics", port: port))?.status == 200
                    }
                    let text = try await HTTPProbe.get("/metrics", port: port).text
                    #expect(text.contains("\npostroom_health_ok{"), "\(process.log)")
                }
            }
        }
    }
}
