/// Which start of which program a process is: what `ops.process` and the logs know it by.
public struct ProcessIdentity: Hashable, Sendable {
    /// 128 random bits drawn at start; a restarted process is another one.
    public let id: UInt128
    /// The executable's name, such as `postroom-ingress`.
    public let executable: String
    /// The version of the package it was built from.
    public let version: String
    /// The host's name as the system gives it, at most 255 bytes; empty if it has none.
    public let host: String
    /// The process id on that host.
    public let pid: Int32
    /// When it started, by its own clock.
    public let startedAt: Timestamp

    /// Makes an identity of its parts.
    public init(id: UInt128, executable: String, version: String, host: String, pid: Int32, startedAt: Timestamp) {
        self.id = id
        self.executable = executable
        self.version = version
        self.host = host
        self.pid = pid
        self.startedAt = startedAt
    }
}
