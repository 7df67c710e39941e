import Foundation
import Glibc
import Operations

extension TestCluster {
    /// Copies every finished segment of its log into a folder that is still to be made; restarts it.
    package func archive(to folder: String) async throws {
        try Self.makeFolder(folder)
        try await sql("ALTER SYSTEM SET archive_mode = on")
        try await sql("ALTER SYSTEM SET archive_command = 'test ! -f \"\(folder)/%f\" && cp \"%p\" \"\(folder)/%f\"'")
        await stop()
        try await start()
    }

    /// Ends the segment that is being written, and waits until it is archived.
    package func archiveSoFar() async throws {
        let segment = try await sql("SELECT pg_walfile_name(pg_switch_wal())").first ?? ""
        try await eventually(within: .seconds(60), "segment \(segment) is archived") { @Sendable in
            try await self.sql("SELECT last_archived_wal >= '\(segment)' FROM pg_stat_archiver") == ["t"]
        }
    }

    /// Makes a base backup in a folder that is still to be made.
    package func backUp(to folder: String) async throws {
        try Self.makeFolder(folder)
        try await Self.run(
            try await Self.launch("pg_basebackup", ["-d", try serverURL, "-D", folder, "--checkpoint=fast"]))
    }

    /// Has its log streamed into a folder that is still to be made; each commit waits until it is there.
    package func streamLog(to folder: String) async throws {
        try await receiveLog(in: folder)
        try await waitForStandby(true)
    }

    fileprivate static func restore(
        in path: String, from backup: String, logs: [String], until moment: String?
    ) async throws -> TestCluster {
        let cluster = TestCluster(path: path)
        try await cluster.restore(from: backup, logs: logs, until: moment)
        try await cluster.start()
        try await eventually(within: .seconds(60), "the restored server takes writes") { @Sendable in
            try await cluster.sql("SELECT pg_is_in_recovery()") == ["f"]
        }
        return cluster
    }

    /// As deploy/runbook.md says it.
    private func restore(from backup: String, logs: [String], until moment: String?) async throws {
        folder = try DataFolder.open(path)
        let server = "\(path)/server"
        try Self.makeFolder(server)
        try await Self.run(
            Launch(
                name: "cp", executable: "/bin/cp", arguments: ["-a", "\(backup)/.", server],
                environment: ["PATH": "/usr/bin:/bin"], user: try ServerUser.forCaller(), directory: "/"))
        // What pg_receivewal was still writing has another name.
        let copies = logs.flatMap { ["cp \"\($0)/%f\" \"%p\"", "cp \"\($0)/%f.partial\" \"%p\""] }
        var settings = """
            archive_mode = off
            synchronous_standby_names = ''
            restore_command = '\(copies.joined(separator: " || "))'
            recovery_target_action = promote

            """
        if let moment { settings += "recovery_target_time = '\(moment)'\n" }
        // The last of a setting given twice counts.
        let configuration = "\(server)/postgresql.auto.conf"
        let old = try String(contentsOfFile: configuration, encoding: .utf8)
        try (old + settings).write(toFile: configuration, atomically: false, encoding: .utf8)
        try "".write(toFile: "\(server)/recovery.signal", atomically: false, encoding: .utf8)
    }
}

/// Runs a test with a server that is restored from a base backup and what was kept of the log, to a moment or to the end
/// of that, and stops it afterwards.
///
/// - Parameter path: an empty folder, or one that is still to be made.
package func withRestoredCluster<Result>(
    in path: String, from backup: String, logs: [String], until moment: String? = nil,
    _ body: (TestCluster) async throws -> Result
) async throws -> Result {
    try await withCluster(try await TestCluster.restore(in: path, from: backup, logs: logs, until: moment), body)
}
