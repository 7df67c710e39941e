import Foundation
import Glibc
import Testing

@testable import Operations

/// Real servers, each in a folder of its own; no other database is needed.
@Suite(.serialized) struct ClusterTests {
    private static let quick: EmbeddedCluster.Configuration = {
        var configuration = EmbeddedCluster.Configuration()
        configuration.sharedBuffersMebibytes = 16
        return configuration
    }()

    @Test func `a cluster is made, answers, and answers with the same data after a second start`() async throws {
        try await withFolder { path in
            let url = try await withCluster(path) { cluster in
                let url = cluster.connectionString(database: "postgres")
                try await #expect(query(url, "SHOW server_encoding; SHOW data_checksums; SHOW fsync") == "UTF8\non\non")
                try await #expect(query(url, "SHOW log_min_error_statement") == "panic")
                _ = try await query(url, "CREATE TABLE kept AS SELECT 7 AS n")
                return url
            }
            try await withCluster(path) { cluster in
                #expect(cluster.connectionString(database: "postgres") == url)
                try await #expect(query(url, "SELECT n FROM kept") == "7")
            }
            #expect(ProcessStamp.running("postgres", in: path + "/server") == [])
        }
    }

    @Test func `a folder in use is refused with the process that uses it`() async throws {
        try await withFolder { path in
            let first = try DataFolder.open(path)
            let failure = #expect(throws: ClusterFailure.self) { try DataFolder.open(path) }
            #expect(failure == .folderInUse(folder: first.path, pid: getpid()))
            first.close()
            try DataFolder.open(path).close()
        }
    }

    @Test func `a server that an interrupted run left is stopped and its data stands`() async throws {
        try await withFolder { path in
            try await withCluster(path) { cluster in
                _ = try await query(
                    cluster.connectionString(database: "postgres"), "CREATE TABLE kept AS SELECT 7 AS n")
            }
            // Started by pg_ctl it is nobody's child, as after the death of a parent that the kernel did not report.
            let binaries = try await PostgresBinaries.find()
            let user = try ServerUser.forCaller()
            let outcome = try await Command.run(
                Launch(
                    name: "pg_ctl", executable: binaries.path("pg_ctl"),
                    arguments: [
                        "start", "-w", "-D", path + "/server", "-l", "/dev/null", "-o",
                        "-c listen_addresses='' -c unix_socket_directories=\(path)/sockets -c shared_buffers=16MB",
                    ], environment: ["PATH": "/usr/bin:/bin"], user: user, directory: "/"),
                within: .seconds(60))
            #expect(outcome.succeeded, "\(outcome.text)")
            let left = try #require(PostmasterFile(folder: path + "/server")).pid
            try await withCluster(path) { cluster in
                #expect(cluster.server.pid != left)
                #expect(ProcessStamp(pid: left) == nil)
                try await #expect(query(cluster.connectionString(database: "postgres"), "SELECT n FROM kept") == "7")
            }
        }
    }

    @Test func `after a killed server its stale files do not stand in the way, even with a living process id`()
        async throws
    {
        try await withFolder { path in
            let folder = try DataFolder.open(path)
            let cluster = try await EmbeddedCluster.start(in: folder, configuration: Self.quick)
            cluster.server.kill()
            #expect(await cluster.server.wait() == .signal(SIGKILL))
            folder.close()
            // Postgres sees through an id of its own ancestors, and of another account.
            let stranger = try ChildProcess.start(
                Launch(
                    name: "sleep", executable: "/bin/sleep", arguments: ["300"], user: try ServerUser.forCaller(),
                    directory: "/"))
            defer { stranger.kill() }
            for file in ["server/postmaster.pid", "sockets/.s.PGSQL.5432.lock"] {
                let text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
                let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
                let handle = try #require(FileHandle(forWritingAtPath: "\(path)/\(file)"))
                try handle.truncate(atOffset: 0)
                try handle.write(contentsOf: Data("\(stranger.pid)\n\(lines[1])".utf8))
                try handle.close()
            }
            try await withCluster(path) { cluster in
                try await #expect(query(cluster.connectionString(database: "postgres"), "SELECT 1") == "1")
            }
            #expect(stranger.isRunning)
        }
    }

    @Test func `a folder of another major version is refused and named with both versions`() async throws {
        try await withFolder { path in
            try FileManager.default.createDirectory(atPath: path + "/server", withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: path + "/postroom.folder"))
            try Data("9\n".utf8).write(to: URL(fileURLWithPath: path + "/server/PG_VERSION"))
            let folder = try DataFolder.open(path)
            let installed = try await PostgresBinaries.find().version
            let failure = await #expect(throws: ClusterFailure.self) { try await EmbeddedCluster.start(in: folder) }
            #expect(failure == .otherVersion(folder: folder.path, folderMajor: "9", installed: installed))
            let text = "\(try #require(failure))"
            #expect(text.contains("PostgreSQL 9") && text.contains("\(installed)") && text.contains("postgresql-9"))
        }
    }

    @Test func `a folder that is not ours is refused and left as it is`() async throws {
        try await withFolder { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: URL(fileURLWithPath: path + "/letter"))
            #expect(throws: ClusterFailure.folderNotOurs(folder: path)) { try DataFolder.open(path) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["letter"])
            #expect(throws: ClusterFailure.folderNotWritable(folder: path + "/letter/a", reason: "Not a directory")) {
                try DataFolder.open(path + "/letter/a")
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root runs the server as another account"))
    func `a folder behind a closed door is refused and the door is named`() async throws {
        try await withFolder { path in
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let folder = try DataFolder.open(path + "/inner")
            await #expect(
                throws: ClusterFailure.folderNotReachable(folder: folder.path, barrier: path, user: "postgres")
            ) {
                try await EmbeddedCluster.start(in: folder)
            }
        }
    }

    @Test func `a long path gets its sockets elsewhere, and they are gone after the stop`() async throws {
        try await withFolder { path in
            let long = path + "/" + String(repeating: "long name, ", count: 9)
            chmod(path, 0o755)
            let sockets = try await withCluster(long) { cluster in
                let url = cluster.connectionString(database: "postgres")
                try await #expect(query(url, "SELECT 1") == "1")
                return String(try #require(url.split(separator: " ").first).dropFirst("host=".count))
            }
            #expect(sockets.hasPrefix("/tmp/postroom-"))
            #expect(!FileManager.default.fileExists(atPath: sockets))
        }
    }

    @Test func `a bin folder without a server is refused by name`() async {
        await #expect(throws: ClusterFailure.binFolderUnusable(path: "/var/empty")) {
            try await PostgresBinaries.find(environment: ["POSTROOM_PG_BIN": "/var/empty"])
        }
    }

    @Test func `the newest of several servers is taken, or the one of the folder's version`() throws {
        func server(_ major: Int) throws -> PostgresBinaries {
            PostgresBinaries(
                folder: "/\(major)",
                version: try #require(PostgresVersion(versionLine: "postgres (PostgreSQL) \(major).2")))
        }
        let all = [try server(16), try server(17), try server(15)]
        #expect(try PostgresBinaries.newest(of: all, major: nil, searched: []) == server(17))
        #expect(try PostgresBinaries.newest(of: all, major: 15, searched: []) == server(15))
        #expect(throws: ClusterFailure.serverMissing(searched: ["/a"])) {
            try PostgresBinaries.newest(of: [], major: nil, searched: ["/a"])
        }
        let old = try server(14)
        #expect(throws: ClusterFailure.serverTooOld(found: old.version, folder: "/14")) {
            try PostgresBinaries.newest(of: [old], major: nil, searched: [])
        }
    }

    @Test(
        arguments: [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18"),
            ("postgres (PostgreSQL) 17beta1", "17.0"),
            ("postgres (PostgreSQL) 16.4", "16.4"), ("postgres 16", nil), ("", nil),
        ] as [(String, String?)])
    func `a server's version line is read`(line: String, expected: String?) {
        #expect(PostgresVersion(versionLine: line)?.description == expected)
    }

    @Test(arguments: [("plain", "plain"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it\'s'"#), (#"a\b"#, #"'a\\b'"#)])
    func `a value of a connection string is quoted where it must be`(value: String, expected: String) {
        #expect(quoteForConninfo(value) == expected)
    }

    @Test func `a taken port is refused with what to do, a free one is not`() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                _ = listen(listener, 1)
                _ = getsockname(listener, $0, &length)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        #expect(throws: ClusterFailure.portTaken(host: "127.0.0.1", port: port)) { try LocalPort.check(port: port) }
        #expect("\(ClusterFailure.portTaken(host: "127.0.0.1", port: port))".contains("choose another port"))
        try LocalPort.check(port: LocalPort.free())
    }

    /// A path no other test has, reachable by the server's account; removed afterwards.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let path = "/tmp/postroom-cluster-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func withCluster<R>(_ path: String, _ body: (EmbeddedCluster) async throws -> R) async throws -> R {
        let folder = try DataFolder.open(path)
        defer { folder.close() }
        let cluster = try await EmbeddedCluster.start(in: folder, configuration: Self.quick)
        do {
            let result = try await body(cluster)
            await cluster.stop()
            return result
        } catch {
            await cluster.stop()
            throw error
        }
    }

    private func query(_ url: String, _ sql: String) async throws -> String {
        let outcome = try await Command.run(
            Launch(
                name: "psql", executable: "/usr/bin/env",
                arguments: ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql],
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]),
            within: .seconds(30))
        try #require(outcome.succeeded, "\(outcome.text)")
        return outcome.text
    }
}
