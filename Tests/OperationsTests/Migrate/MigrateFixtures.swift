import Crypto
import Foundation
import PostgresClient
import Store
import Synchronization
import TestSupport

@testable import Operations

/// A `sql/` folder on disk, for one test.
struct ScriptFolder: Sendable {
    let path: String

    /// The files that every folder here begins with: the tables the migrator keeps its records in.
    static let basis = [
        "0001_ops.sql": """
        -- The records.
        BEGIN;
        CREATE SCHEMA ops;
        CREATE TABLE ops.migration (
            number integer PRIMARY KEY, name text NOT NULL, checksum text, applied_at timestamptz NOT NULL DEFAULT now());
        INSERT INTO ops.migration (number, name) VALUES (1, 'ops');
        CREATE TABLE ops.repeatable (
            name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
        CREATE TABLE public.run (file text NOT NULL);
        INSERT INTO public.run VALUES ('1');
        COMMIT;
        """,
        "0002_two.sql": Self.numbered(2, "two"),
        "0003_three.sql": Self.numbered(3, "three"),
        "monitor/a.sql": "INSERT INTO public.run VALUES ('a');\n",
        "roles.sql": "BEGIN;\nINSERT INTO public.run VALUES ('roles');\nCOMMIT;\n",
    ]

    /// A numbered file that notes each of its runs in `public.run`.
    static func numbered(_ number: Int, _ name: String, _ body: String = "") -> String {
        """
        BEGIN;
        INSERT INTO ops.migration (number, name) VALUES (\(number), '\(name)');
        INSERT INTO public.run VALUES ('\(number)');
        \(body)
        COMMIT;
        """
    }

    /// Writes the file, or with nil removes it.
    func write(_ name: String, _ text: String?) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        guard let text else { return try FileManager.default.removeItem(at: url) }
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// SHA-256 of a file, in hex.
    func checksum(_ name: String) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
        return SHA256.hash(data: data).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }

    /// A migrator of what it holds now, with waits that suit a test.
    func migrator(_ database: TestDatabase, limits: MigratorLimits = testLimits) throws -> Migrator {
        Migrator(
            ConnectionConfiguration(connectionString: database.url), folder: try SQLFolder(path: path).read(),
            limits: limits)
    }

    static let testLimits = MigratorLimits(
        lockTimeout: .seconds(5), triesMax: 5, pause: .milliseconds(5), fileTimeout: .seconds(60))
}

/// Runs a test with a folder of scripts and removes it afterwards.
func withScripts<Result>(
    _ files: [String: String] = ScriptFolder.basis, _ body: (ScriptFolder) async throws -> Result
) async throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("postroom-sql-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    let folder = ScriptFolder(path: url.path)
    for (name, text) in files { try folder.write(name, text) }
    return try await body(folder)
}

/// The events a migrator reported.
final class EventLog: Sendable {
    private let kept = Mutex<[MigrationEvent]>([])

    var events: [MigrationEvent] { kept.withLock { $0 } }

    @Sendable func note(_ event: MigrationEvent) { kept.withLock { $0.append(event) } }
}

/// Applies files by plain `psql -f`, as an operator may.
func applyByPsql(_ url: String, _ paths: [String]) async throws {
    let arguments = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url] + paths.flatMap { ["-f", $0] }
    let log = LineLog()
    let child = try ChildProcess.start(
        Launch(
            name: "psql", executable: "/usr/bin/env", arguments: arguments,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]),
        line: { log.add($0) })
    let exit = await child.exit(within: .seconds(60))
    child.kill()
    guard exit == .code(0) else { throw TestSupportFailure("psql: \(log.lines)") }
}

private final class LineLog: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    func add(_ line: String) { kept.withLock { $0.append(line) } }
}
