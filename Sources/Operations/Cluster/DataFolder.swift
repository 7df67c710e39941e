import Foundation
import Glibc
import Synchronization

/// The folder of `postroom up`: the cluster, its sockets, logs and records, held by one process at a time.
///
/// The lock is the kernel's (flock(2)) on the file `lock`, so it ends with its process.
package final class DataFolder: Sendable {
    /// Absolute path, symbolic links resolved.
    let path: String
    /// The children of this run.
    let ledger: ProcessLedger

    /// The server's own files (PGDATA).
    var server: String { "\(path)/server" }
    /// Where `initdb` works before its result becomes ``server``: an interrupted one is never taken for a cluster.
    var serverInMaking: String { "\(path)/server.new" }
    /// Logs of the server and of every process.
    var logs: String { "\(path)/log" }
    /// Room for the processes' own state (`POSTROOM_STATE_DIR`).
    var state: String { "\(path)/state" }

    private static let marker = "postroom.folder"
    private let lock: Mutex<Int32>

    /// Where the data folder is if nothing else is said.
    ///
    /// `/var/lib/postroom` for root, whose own folder other accounts cannot get to; else `$XDG_DATA_HOME/postroom`
    /// or `~/.local/share/postroom`.
    static func standardPath(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if geteuid() == 0 { return "/var/lib/postroom" }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return "\(data)/postroom" }
        return NSHomeDirectory() + "/.local/share/postroom"
    }

    /// Makes the folder where it is missing, checks that it is ours, and takes its lock.
    ///
    /// - Parameter path: absolute, or relative to the working directory.
    /// - Throws: ``ClusterFailure/folderNotWritable(folder:reason:)``,
    ///   ``ClusterFailure/folderOfOther(folder:owner:caller:)``, ``ClusterFailure/folderNotOurs(folder:)``,
    ///   ``ClusterFailure/folderInUse(folder:pid:)``.
    package static func open(_ path: String) throws(ClusterFailure) -> DataFolder {
        let wanted = URL(fileURLWithPath: path).standardizedFileURL.path
        try make(wanted)
        let folder = URL(fileURLWithPath: wanted).resolvingSymlinksInPath().path
        try checkOwner(of: folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard names.isEmpty || names.contains(marker) else { throw .folderNotOurs(folder: folder) }
        // Others may pass through to `server` and `sockets`, whose own rights protect them, and list nothing.
        guard chmod(folder, geteuid() == 0 ? 0o711 : 0o700) == 0 else { throw notWritable(folder) }
        let descriptor = try takeLock(folder)
        do throws(ClusterFailure) { return try DataFolder(path: folder, descriptor: descriptor) } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    private init(path: String, descriptor: Int32) throws(ClusterFailure) {
        self.path = path
        ledger = ProcessLedger(path: "\(path)/children")
        lock = Mutex(descriptor)
        do {
            try "Made by `postroom up`. Layout 1.\n"
                .write(toFile: "\(path)/\(Self.marker)", atomically: true, encoding: .utf8)
        } catch {
            throw .folderNotWritable(folder: path, reason: String(cString: strerror(errno)))
        }
        for folder in ["log", "state"] { try Self.make("\(path)/\(folder)") }
    }

    deinit { close() }

    /// Gives the lock back; a second call does nothing.
    package func close() {
        lock.withLock { descriptor in
            if descriptor >= 0 {
                // Closing alone would leave it with a child that has been forked and has not started its program yet.
                _ = flock(descriptor, LOCK_UN)
                Glibc.close(descriptor)
            }
            descriptor = -1
        }
    }

    /// A new log of this name; see ``LogFile``.
    func log(_ name: String) -> LogFile { LogFile(path: "\(logs)/\(name).log") }

    /// An empty folder that `user` owns and nobody else (but root) sees into.
    func makePrivate(_ folder: String, for user: ServerUser?) throws(ClusterFailure) {
        try Self.make(folder)
        guard chmod(folder, 0o700) == 0 else { throw Self.notWritable(folder) }
        if let user, chown(folder, user.uid, user.gid) != 0 { throw Self.notWritable(folder) }
    }

    /// That the server's account can get here.
    func checkReachable(by user: ServerUser?) async throws(ClusterFailure) {
        guard let user else { return }
        var barrier = ""
        for name in path.split(separator: "/") {
            barrier += "/\(name)"
            let test = Launch(
                name: "test", executable: "/usr/bin/test", arguments: ["-x", barrier], user: user, directory: "/")
            let outcome: Command.Outcome
            do throws(ChildProcessFailure) { outcome = try await Command.run(test, within: .seconds(10)) } catch {
                throw .process(error)
            }
            guard outcome.succeeded else {
                throw .folderNotReachable(folder: path, barrier: barrier, user: user.name)
            }
        }
    }

    /// Makes the folder and those above it, where they are missing.
    private static func make(_ folder: String) throws(ClusterFailure) {
        var path = ""
        for name in folder.split(separator: "/") {
            path += "/\(name)"
            if mkdir(path, 0o755) == 0 || errno == EEXIST { continue }
            // A folder on the way that exists may answer "read-only" or "not permitted" before "exists".
            let code = errno
            guard access(path, F_OK) == 0 else {
                throw .folderNotWritable(folder: folder, reason: String(cString: strerror(code)))
            }
        }
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .folderNotWritable(folder: folder, reason: String(cString: strerror(ENOTDIR)))
        }
    }

    private static func checkOwner(of folder: String) throws(ClusterFailure) {
        var status = stat()
        guard stat(folder, &status) == 0 else { throw notWritable(folder) }
        guard status.st_uid == geteuid() else {
            throw .folderOfOther(
                folder: folder, owner: ServerUser.name(of: status.st_uid), caller: ServerUser.name(of: geteuid()))
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw notWritable(folder) }
    }

    private static func notWritable(_ folder: String) -> ClusterFailure {
        .folderNotWritable(folder: folder, reason: String(cString: strerror(errno)))
    }

    private static func takeLock(_ folder: String) throws(ClusterFailure) -> Int32 {
        let path = "\(folder)/lock"
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw notWritable(folder) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            throw .folderInUse(folder: folder, pid: Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = write(descriptor, text, text.count)
        return descriptor
    }
}
