/// Which start of which program a process is: what `ops.process` and the logs know it by.
package struct ProcessIdentity: Hashable, Sendable {
    /// 128 random bits drawn at start; a restarted process is another one.
    package let id: UInt128
    /// The executable's name, such as `postroom-ingress`.
    package let executable: String
    /// The version of the package it was built from.
    package let version: String
    /// The host's name as the system gives it, at most 255 bytes; empty if it has none.
    package let host: String
    /// The process id on that host.
    package let pid: Int32
    /// When it started, by its own clock.
    package let startedAt: Timestamp

    /// Makes an identity of its parts.
    package init(id: UInt128, executable: String, version: String, host: String, pid: Int32, startedAt: Timestamp) {
        self.id = id
        self.executable = executable
        self.version = version
        self.host = host
        self.pid = pid
        self.startedAt = startedAt
    }
}
