import Foundation
import Glibc
import Operations

/// A Postgres server of one test's own, to be crashed and started again; migrated unless told otherwise.
package actor TestCluster {
    /// The name of its database.
    package static let database = "postroom"

    let path: String
    var folder: DataFolder?
    private var cluster: EmbeddedCluster?
    /// What takes its log away as it is written, by the program's name.
    var receivers: [String: ChildProcess] = [:]

    /// Makes and starts one.
    ///
    /// - Parameters:
    ///   - path: an empty folder, or one that is still to be made.
    ///   - migrated: whether its database has the present schema; else it is empty.
    package static func start(in path: String, migrated: Bool = true) async throws -> TestCluster {
        let cluster = TestCluster(path: path)
        try await cluster.start()
        let server = try await cluster.serverURL
        _ = try await Psql.run(server, ["-c", "CREATE DATABASE \(database)"])
        // Before 17 even an immediate stop waits for a child that waits for a client's first words: for this long.
        _ = try await Psql.run(server, ["-c", "ALTER SYSTEM SET authentication_timeout = '5s'"])
        _ = try await Psql.run(server, ["-c", "SELECT pg_reload_conf()"])
        if migrated { try await cluster.migrate() }
        return cluster
    }

    /// Makes a standby that streams from a server that runs, and starts it.
    ///
    /// - Parameter path: an empty folder, or one that is still to be made.
    package static func start(in path: String, asStandbyOf primary: TestCluster) async throws -> TestCluster {
        let cluster = TestCluster(path: path)
        try await cluster.copy(from: try await primary.serverURL)
        try await cluster.start()
        return cluster
    }

    init(path: String) { self.path = path }

    private func copy(from url: String) async throws {
        folder = try DataFolder.open(path)
        let server = "\(path)/server"
        try Self.makeFolder(server)
        // It writes down, too, whom the standby streams from.
        try await Self.run(
            try await Self.launch(
                "pg_basebackup", ["-d", url, "-D", server, "--write-recovery-conf", "--checkpoint=fast"]))
    }

    /// A folder that only the server's account can enter.
    static func makeFolder(_ path: String) throws {
        let user = try ServerUser.forCaller()
        guard mkdir(path, 0o700) == 0, user.map({ chown(path, $0.uid, $0.gid) == 0 }) ?? true else {
            throw TestSupportFailure("\(path): errno \(errno)")
        }
    }

    /// Runs a program to its end.
    static func run(_ launch: Launch) async throws {
        let collect = Collector()
        let child = try ChildProcess.start(launch, line: { collect.append($0) })
        guard await child.exit(within: copyTimeMax) == .code(0) else {
            child.kill()
            throw TestSupportFailure("\(launch.name): \(collect.lines.joined(separator: "\n"))")
        }
    }

    /// One of Postgres's programs, as the server's account.
    static func launch(_ name: String, _ arguments: [String]) async throws -> Launch {
        Launch(
            name: name, executable: "\(try await PostgresBinaries.find().folder)/\(name)", arguments: arguments,
            environment: ["PATH": "/usr/bin:/bin"], user: try ServerUser.forCaller(), directory: "/")
    }

    private static let copyTimeMax = Duration.seconds(120)

    /// Makes a standby the primary.
    package func promote() async throws { try await sql("SELECT pg_promote()") }

    /// Whether commits wait for standbys: for any one, or for none.
    package func waitForStandby(_ waits: Bool) async throws {
        // ALTER SYSTEM cannot run in the implicit transaction of several statements.
        try await sql("ALTER SYSTEM SET synchronous_standby_names = '\(waits ? "*" : "")'")
        try await sql("SELECT pg_reload_conf()")
        guard waits else { return }
        try await eventually("the standby is synchronous") { @Sendable in
            try await self.sql("SELECT sync_state FROM pg_stat_replication") == ["sync"]
        }
        // Commits wait only once the checkpointer has read the setting, too; it does before a checkpoint.
        try await sql("CHECKPOINT")
    }

    /// Whether commits wait for a standby that does not exist.
    package func waitForNobody(_ waits: Bool) async throws {
        let name = waits ? "nobody" : ""
        try await sql("ALTER SYSTEM SET synchronous_standby_names = '\(name)'")
        try await sql("SELECT pg_reload_conf()")
        try await eventually("the server knows") { @Sendable in
            try await self.sql("SHOW synchronous_standby_names").joined() == name
        }
        // What commits look at is set by the checkpointer, before the second one at the latest.
        for _ in 0..<2 { try await sql("CHECKPOINT") }
    }

    /// Where a role connects to whichever of the servers, all of which run now, takes writes.
    package static func url(of clusters: [TestCluster], user: String = "postgres") async throws -> String {
        var words: [[Substring]] = []
        for cluster in clusters { words.append(try await cluster.url(user: user).split(separator: " ")) }
        func all(_ key: String) -> String {
            words.map { $0.first { $0.hasPrefix(key + "=") }?.dropFirst(key.count + 1) ?? "" }.joined(separator: ",")
        }
        return "host=\(all("host")) port=\(all("port")) dbname=\(database) user=\(user) "
            + "target_session_attrs=read-write"
    }

    /// Starts it, after a crash with recovery; at the same address as before.
    package func start() async throws {
        var configuration = EmbeddedCluster.Configuration()
        configuration.sharedBuffersMebibytes = 32
        let folder = try folder ?? DataFolder.open(path)
        self.folder = folder
        cluster = try await EmbeddedCluster.start(in: folder, configuration: configuration)
    }

    /// Ends it as `pg_ctl stop -m immediate` does: no checkpoint, every session cut off.
    package func crash() async throws {
        guard let server = cluster?.server else { throw TestSupportFailure("the server does not run") }
        cluster = nil
        server.signal(SIGQUIT)
        guard await server.exit(within: .seconds(60)) != nil else {
            throw TestSupportFailure("the server did not end within 60 s")
        }
    }

    /// Restarts it with these settings, as they stand in a file, after its own.
    package func restart(adding settings: String) async throws {
        await stop()
        let path = "\(path)/server/postgresql.conf"
        guard let file = FileHandle(forWritingAtPath: path) else { throw TestSupportFailure("\(path): errno \(errno)") }
        try file.seekToEnd()
        try file.write(contentsOf: Data(settings.utf8))
        try file.close()
        try await start()
    }

    /// Gives its database the present schema.
    package func migrate() async throws { try await migrateTemplate(url: url()) }

    /// Stops it for good.
    package func stop() async {
        for receiver in receivers.values { receiver.kill() }
        receivers = [:]
        await cluster?.stop()
        cluster = nil
        folder?.close()
        folder = nil
    }

    /// Where a role connects, in libpq's keyword form.
    package func url(user: String = "postgres") throws -> String {
        guard let cluster else { throw TestSupportFailure("the server does not run") }
        return cluster.connectionString(database: Self.database, user: user)
    }

    /// Runs SQL as the superuser through `psql`; see ``TestDatabase/sql(_:user:)``.
    @discardableResult
    package func sql(_ text: String) async throws -> [String] { try await Psql.run(url(), ["-c", text]) }

    var serverURL: String {
        get throws {
            guard let cluster else { throw TestSupportFailure("the server does not run") }
            return cluster.connectionString(database: "postgres")
        }
    }
}

/// Runs a test with a server of its own and stops it afterwards, also when the test fails.
package func withTestCluster<Result>(
    in path: String, migrated: Bool = true, _ body: (TestCluster) async throws -> Result
) async throws -> Result {
    try await withCluster(try await TestCluster.start(in: path, migrated: migrated), body)
}

/// The same with a standby of a server that runs.
package func withTestStandby<Result>(
    of primary: TestCluster, in path: String, _ body: (TestCluster) async throws -> Result
) async throws -> Result {
    try await withCluster(try await TestCluster.start(in: path, asStandbyOf: primary), body)
}

func withCluster<Result>(
    _ cluster: TestCluster, _ body: (TestCluster) async throws -> Result
) async throws -> Result {
    do {
        let result = try await body(cluster)
        await cluster.stop()
        return result
    } catch {
        await cluster.stop()
        throw error
    }
}
