import Foundation

/// What to start, and as whom.
package struct Launch: Sendable {
    /// Short name for logs and records, without spaces.
    package var name: String
    /// Absolute path of the program.
    var executable: String
    /// Its arguments, the program's own name left out.
    var arguments: [String]
    /// Its whole environment; nothing of ours is added.
    var environment: [String: String]
    /// The account it runs as; nil is ours. Another one takes root.
    var user: ServerUser?
    /// Its working directory; nil is ours.
    var directory: String?
    /// Sent to it by the kernel when this process has died, however it died.
    var parentDeathSignal: DeathSignal

    /// What a child gets when its parent dies.
    package enum DeathSignal: String, Sendable {
        /// Ends it at once.
        case kill = "KILL"
        /// Asks it to end: for Postgres the fast shutdown.
        case interrupt = "INT"
        /// Asks it to end: for our processes the drain.
        case terminate = "TERM"
    }

    /// Describes a start; ``ChildProcess/start(_:line:)`` does it.
    package init(
        name: String, executable: String, arguments: [String] = [], environment: [String: String] = [:],
        user: ServerUser? = nil, directory: String? = nil, parentDeathSignal: DeathSignal = .kill
    ) {
        self.name = name
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.user = user
        self.directory = directory
        self.parentDeathSignal = parentDeathSignal
    }

    /// The command line as it is executed: through `setpriv`, which sets the death signal and drops root's rights, and
    /// `env`, which changes the directory; each replaces itself by the next, so that the process id is the program's.
    func commandLine() throws(ChildProcessFailure) -> [String] {
        guard executable.hasPrefix("/"), isExecutable(executable) else { throw .notExecutable(path: executable) }
        guard let setpriv = findTool("setpriv") else { throw .setprivMissing }
        var words = [setpriv, "--pdeathsig", parentDeathSignal.rawValue]
        if let user { words += ["--reuid=\(user.uid)", "--regid=\(user.gid)", "--init-groups"] }
        words.append("--")
        if let directory { words += ["/usr/bin/env", "--chdir=\(directory)", "--"] }
        return words + [executable] + arguments
    }
}

/// Whether the file may be executed by us.
func isExecutable(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        && FileManager.default.isExecutableFile(atPath: path)
}

/// A program of the system by its name, from the folders where a system keeps such programs.
func findTool(_ name: String) -> String? {
    ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"].map { "\($0)/\(name)" }.first(where: isExecutable)
}
