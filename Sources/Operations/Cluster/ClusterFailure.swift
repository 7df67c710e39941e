/// Why the embedded server cannot be had. Each text is a sentence, and what to do.
package enum ClusterFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// No server of any version is on this machine.
    case serverMissing(searched: [String])
    /// The newest server is older than ``PostgresVersion/majorMin``.
    case serverTooOld(found: PostgresVersion, folder: String)
    /// `POSTROOM_PG_BIN` names a folder without a server's programs.
    case binFolderUnusable(path: String)
    /// We are root, and there is no other account to run the server under.
    case serverUserMissing(name: String)
    /// The data folder was made by another major version than any that is installed.
    case otherVersion(folder: String, folderMajor: String, installed: PostgresVersion)
    /// Another live process uses the data folder.
    case folderInUse(folder: String, pid: Int32?)
    /// The data folder cannot be made or written.
    case folderNotWritable(folder: String, reason: String)
    /// The data folder belongs to another account.
    case folderOfOther(folder: String, owner: String, caller: String)
    /// The folder holds files that Postroom did not put there.
    case folderNotOurs(folder: String)
    /// The server's account cannot get to the data folder.
    case folderNotReachable(folder: String, barrier: String, user: String)
    /// Processes of an earlier server in this folder do not end.
    case stillRunning(folder: String, pids: [Int32])
    /// `initdb` failed; its last lines.
    case initFailed(log: String)
    /// The server ended while it started; its last lines.
    case startFailed(log: String)
    /// The server was not ready in time, and has been stopped.
    case startTimedOut(seconds: Int64, log: String)
    /// A TCP port that a listener needs is in use.
    case portTaken(host: String, port: UInt16)
    /// A listener's address is not one of this machine's, or may not be used.
    case addressUnusable(host: String, port: UInt16, reason: String)
    /// One of the server's programs could not be started.
    case process(ChildProcessFailure)

    /// A sentence, and what to do.
    package var description: String {
        switch self {
        case .serverMissing(let searched):
            """
            No PostgreSQL server was found (looked into \(searched.joined(separator: ", "))). \
            Install Debian's package postgresql (apt-get install postgresql), or name the folder of its programs in \
            POSTROOM_PG_BIN.
            """
        case .serverTooOld(let found, let folder):
            """
            PostgreSQL \(found) in \(folder) is too old: version \(PostgresVersion.majorMin) or later is needed. \
            Install a newer package (apt-get install postgresql), or name its folder in POSTROOM_PG_BIN.
            """
        case .binFolderUnusable(let path):
            """
            POSTROOM_PG_BIN is \(path), but the programs postgres, initdb and pg_ctl are not all there. \
            Name a folder such as /usr/lib/postgresql/15/bin, or leave the variable out.
            """
        case .serverUserMissing(let name):
            """
            PostgreSQL does not run as root, and there is no account \(name) to run it under. \
            Install Debian's package postgresql, which makes it, or start as an ordinary user.
            """
        case .otherVersion(let folder, let major, let installed):
            """
            The data folder \(folder) was made by PostgreSQL \(major), but version \(installed) is installed. \
            Install PostgreSQL \(major) beside it (apt-get install postgresql-\(major)), or choose a new data folder \
            and, to take the data along, upgrade it with pg_upgrade.
            """
        case .folderInUse(let folder, let pid):
            """
            The data folder \(folder) is in use by another `postroom up`\(pid.map { " (process \($0))" } ?? ""). \
            Stop that one first, or choose another data folder.
            """
        case .folderNotWritable(let folder, let reason):
            "The data folder \(folder) cannot be written: \(reason). Correct its rights, or choose another data folder."
        case .folderOfOther(let folder, let owner, let caller):
            "The data folder \(folder) belongs to \(owner), and you are \(caller). Start as \(owner), or choose another."
        case .folderNotOurs(let folder):
            """
            \(folder) is not empty and was not made by Postroom, so nothing was touched. \
            Choose a new or an empty folder.
            """
        case .folderNotReachable(let folder, let barrier, let user):
            """
            The server runs as \(user), who cannot get to \(folder), because \(barrier) is closed to others. \
            Choose a data folder such as /var/lib/postroom, or open \(barrier) (chmod o+x).
            """
        case .stillRunning(let folder, let pids):
            """
            Processes of an earlier server still work in \(folder) and do not end: \
            \(pids.map(String.init).joined(separator: ", ")). End them (kill), then start again.
            """
        case .initFailed(let log):
            "The database could not be made. initdb said:\n\(log)"
        case .startFailed(let log):
            "PostgreSQL ended while it started. Its last lines:\n\(log)"
        case .startTimedOut(let seconds, let log):
            """
            PostgreSQL was not ready after \(seconds) s and has been stopped. If it was recovering after a crash, \
            start again: it goes on where it was. Its last lines:\n\(log)
            """
        case .portTaken(let host, let port):
            """
            Port \(port) on \(host) is in use by another program (`ss -ltnp 'sport = :\(port)'` names it). \
            Stop that one, or choose another port.
            """
        case .addressUnusable(let host, let port, let reason):
            "Cannot listen on \(host):\(port): \(reason). Choose another address or port."
        case .process(let failure):
            failure.description
        }
    }
}
