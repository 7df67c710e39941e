import Foundation
import TestSupport
import Testing

/// `deploy/package`, but for the release build.
@Suite struct PackageTests {
    /// The products of the package.
    private static func executables() throws -> [String] {
        let text = try String(contentsOfFile: "\(TestEnvironment.root)/Package.swift", encoding: .utf8)
        return text.matches(of: /\.executable\(name: "(postroom[a-z-]*)"/).map { String($0.output.1) }
    }

    private func package(
        from folder: String, to target: String, environment: [String: String] = [:]
    ) async throws -> (end: String, lines: [String]) {
        try await withProcesses { processes in
            let process = try await processes.start(
                "\(TestEnvironment.root)/deploy/package", arguments: ["--from", folder, "--to", target],
                environment: environment)
            let exit = await process.exit(within: .seconds(120))
            return (exit?.description ?? "out of time", process.lines)
        }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "postroom-package-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test func `executables that need Swift's runtime are refused, and no archive is left`() async throws {
        try await withFolder { folder in
            // The tests' own are linked to it.
            let outcome = try await package(from: TestEnvironment.binaries, to: folder)
            #expect(outcome.end == "exit code 1")
            #expect(outcome.lines.last?.contains("links to Swift's runtime") == true, "\(outcome.lines)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func `the archive holds executables, schema, deploy files and notes, and was tried before it is there`()
        async throws
    {
        try await withFolder { folder in
            let built = "\(folder)/built"
            let executables = try Self.executables()
            #expect(executables.count >= 5)
            try FileManager.default.createDirectory(atPath: built, withIntermediateDirectories: true)
            // Stand-ins that say what the check wants to hear.
            for name in executables {
                let answer = "echo \"\(name) $* migrate POSTROOM_SPOOL_DIR $DATABASE_URL\""
                // More than a pipe holds: whoever stops reading early ends it with a signal.
                let text = "#!/bin/sh\n\(answer)\nif [ \"$1\" = config ]; then seq 100000; fi\n"
                try text.write(toFile: "\(built)/\(name)", atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(built)/\(name)")
            }
            let outcome = try await package(from: built, to: folder, environment: ["DATABASE_URL": "host=nowhere"])
            #expect(outcome.end == "exit code 0", "\(outcome.lines)")
            #expect(
                outcome.lines.contains("postroom migrate --dry-run migrate POSTROOM_SPOOL_DIR host=nowhere"),
                "\(outcome.lines)")
            let archive = try #require(outcome.lines.last)
            #expect(archive.hasPrefix("\(folder)/postroom-") && archive.hasSuffix(".tar.gz"))

            let content = try await list(archive)
            let sources = try FileManager.default.subpathsOfDirectory(atPath: "\(TestEnvironment.root)/sql")
            for file in sources where file.hasSuffix(".sql") || file.hasSuffix(".md") {
                // What fills a database with ten million rows stays at home.
                guard !file.hasPrefix("bench/") else {
                    #expect(content["share/postroom/sql/\(file)"] == nil, "\(file)")
                    continue
                }
                #expect(content["share/postroom/sql/\(file)"] == "-rw-r--r--", "\(file)")
            }
            for name in executables { #expect(content["bin/\(name)"] == "-rwxr-xr-x", "\(name)") }
            for file in [
                "INSTALL.md", "share/postroom/README.md", "share/postroom/deploy/runbook.md",
                "share/postroom/deploy/env.example", "share/postroom/deploy/systemd/postroom-ingress.service",
                "share/postroom/deploy/haproxy/haproxy.cfg", "share/postroom/deploy/grafana/postroom.json",
                "share/postroom/deploy/prometheus/rules.yaml",
            ] {
                #expect(content[file] == "-rw-r--r--", "\(file)")
            }
            // What only a repository can use is not in it.
            #expect(!content.keys.contains { $0.contains("Dockerfile") || $0.hasSuffix("deploy/test") })
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
        }
    }

    /// Modes by path below the archive's one folder.
    private func list(_ archive: String) async throws -> [String: String] {
        try await withProcesses { processes in
            let process = try await processes.start("/bin/tar", arguments: ["--list", "--verbose", "--file", archive])
            _ = await process.exit(within: .seconds(60))
            var modes: [String: String] = [:]
            for line in process.lines {
                let words = line.split(separator: " ", omittingEmptySubsequences: true)
                guard words.count >= 6, words[1] == "0/0", let slash = words[5].firstIndex(of: "/") else { continue }
                modes[String(words[5][words[5].index(after: slash)...])] = String(words[0])
            }
            return modes
        }
    }
}
