import Foundation
import Glibc

/// A private Postgres server in a data folder: made where missing, started, and stopped with us.
///
/// It listens on a Unix socket in a folder that only the server's account and root can enter, so no port can be taken
/// and no password is needed. Where the caller is killed, the kernel asks the server to shut down
/// (``Launch/DeathSignal/interrupt``).
package final class EmbeddedCluster: Sendable {
    /// The superuser's name in the database.
    package static let superuser = "postgres"

    let folder: DataFolder
    let binaries: PostgresBinaries
    /// The running server, to notice its unexpected end.
    package let server: ChildProcess

    private let sockets: SocketFolder
    private let user: ServerUser?
    private let configuration: Configuration

    private init(
        folder: DataFolder, binaries: PostgresBinaries, server: ChildProcess, sockets: SocketFolder, user: ServerUser?,
        configuration: Configuration
    ) {
        self.folder = folder
        self.binaries = binaries
        self.server = server
        self.sockets = sockets
        self.user = user
        self.configuration = configuration
    }

    /// Makes the cluster in the folder where there is none, ends what an interrupted run left, starts the server, and
    /// returns once it takes connections.
    ///
    /// - Parameter progress: told in a sentence what is being done, for the steps that take seconds.
    /// - Throws: ``ClusterFailure``. Nothing runs then.
    package static func start(
        in folder: DataFolder, configuration: Configuration = Configuration(),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        progress: (String) -> Void = { _ in }
    ) async throws(ClusterFailure) -> EmbeddedCluster {
        let user = try ServerUser.forCaller()
        let existing = try existingMajor(in: folder)
        let binaries = try await PostgresBinaries.find(major: existing, environment: environment)
        if let existing, existing != binaries.version.major {
            throw .otherVersion(folder: folder.path, folderMajor: "\(existing)", installed: binaries.version)
        }
        try await folder.checkReachable(by: user)
        _ = await folder.ledger.endLeftovers(grace: .seconds(5))
        try await LeftoverServer(folder: folder.server).end(progress: progress)
        if existing == nil {
            progress("Making a database cluster with PostgreSQL \(binaries.version) in \(folder.path)")
            try await initialize(folder, binaries: binaries, user: user)
        }
        let sockets = try SocketFolder(in: folder, user: user)
        do throws(ClusterFailure) {
            let server = try await launch(
                folder, binaries: binaries, sockets: sockets, user: user, configuration: configuration)
            folder.ledger.add(server)
            return EmbeddedCluster(
                folder: folder, binaries: binaries, server: server, sockets: sockets, user: user,
                configuration: configuration)
        } catch {
            sockets.removeIfOutside(owner: user?.uid ?? geteuid())
            throw error
        }
    }

    /// Stops the server: fast (open transactions are rolled back), past the time-out immediately (the next start
    /// recovers), at last by SIGKILL. The folder's lock stays with the caller.
    package func stop() async {
        // Detached: a caller that has been cancelled still gets the orderly shutdown.
        await Task.detached { [server, configuration] in
            server.signal(SIGINT)
            if await server.exit(within: configuration.stopTimeout) == nil {
                await server.terminate(grace: .seconds(5), signal: SIGQUIT)
            }
        }.value
        folder.ledger.remove(server)
        sockets.removeIfOutside(owner: user?.uid ?? geteuid())
    }

    /// Where to connect, in libpq's keyword form.
    ///
    /// - Parameters:
    ///   - database: its name, of any characters.
    ///   - user: the role to log in as; it needs no password.
    package func connectionString(database: String, user: String = EmbeddedCluster.superuser) -> String {
        "host=\(sockets.path) port=\(SocketFolder.port) dbname=\(quoteForConninfo(database)) user=\(quoteForConninfo(user))"
    }

    private static func existingMajor(in folder: DataFolder) throws(ClusterFailure) -> Int? {
        let path = "\(folder.server)/PG_VERSION"
        guard FileManager.default.fileExists(atPath: folder.server) else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .folderNotWritable(folder: folder.server, reason: "its file PG_VERSION cannot be read")
        }
        let word = text.trimmingCharacters(in: .whitespacesAndNewlines)
        // Before 10 the major version had two parts; no such server is among ours.
        return Int(word) ?? 0
    }

    private static func initialize(
        _ folder: DataFolder, binaries: PostgresBinaries, user: ServerUser?
    ) async throws(ClusterFailure) {
        try? FileManager.default.removeItem(atPath: folder.serverInMaking)
        try folder.makePrivate(folder.serverInMaking, for: user)
        let initdb = Launch(
            name: "initdb", executable: binaries.path("initdb"),
            arguments: [
                "--pgdata=\(folder.serverInMaking)", "--username=\(superuser)", "--encoding=UTF8",
                "--locale=C",  // bytes' order: the same on every machine and after every update of its C library
                "--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions",
            ],
            environment: serverEnvironment, user: user, directory: "/")
        let outcome: Command.Outcome
        do throws(ChildProcessFailure) { outcome = try await Command.run(initdb, within: .seconds(120)) } catch {
            throw .process(error)
        }
        guard outcome.succeeded else { throw .initFailed(log: outcome.text) }
        guard rename(folder.serverInMaking, folder.server) == 0 else {
            throw .folderNotWritable(folder: folder.path, reason: String(cString: strerror(errno)))
        }
    }

    private static func launch(
        _ folder: DataFolder, binaries: PostgresBinaries, sockets: SocketFolder, user: ServerUser?,
        configuration: Configuration
    ) async throws(ClusterFailure) -> ChildProcess {
        let log = folder.log("postgres")
        let settings = configuration.settings(socketFolder: sockets.path)
        let launch = Launch(
            name: "postgres", executable: binaries.path("postgres"),
            arguments: ["-D", folder.server] + settings.flatMap { ["-c", "\($0.name)=\($0.value)"] },
            environment: serverEnvironment, user: user, directory: "/", parentDeathSignal: .interrupt)
        let server: ChildProcess
        do throws(ChildProcessFailure) { server = try ChildProcess.start(launch) { log.append($0) } } catch {
            throw .process(error)
        }
        let deadline = ContinuousClock.now + configuration.startTimeout
        while ContinuousClock.now < deadline {
            if PostmasterFile(folder: folder.server)?.isReady(pid: server.pid) == true { return server }
            guard await server.exit(within: .milliseconds(20)) == nil else {
                throw .startFailed(log: log.tail.joined(separator: "\n"))
            }
            if Task.isCancelled { break }
        }
        await server.terminate(grace: .seconds(10), signal: SIGINT)
        throw .startTimedOut(
            seconds: configuration.startTimeout.components.seconds, log: log.tail.joined(separator: "\n"))
    }

    /// Nothing of the caller's: variables such as PGDATA or LC_ALL would change what is made.
    static let serverEnvironment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"]
}

/// A value in libpq's keyword form; libpq, "Connection Strings": quote and backslash are escaped.
func quoteForConninfo(_ value: String) -> String {
    let plain =
        !value.isEmpty
        && value.utf8.allSatisfy { byte in
            byte > 0x20 && byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\")
        }
    if plain { return value }
    let escaped = value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] }
    return "'\(String(escaped))'"
}
