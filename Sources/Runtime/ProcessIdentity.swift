import Glibc

/// The version every executable of this package reports.
public let postroomVersion = "0.1.0"

/// Which start of which program this is: what `ops.process` and the logs know a process by.
public struct ProcessIdentity: Hashable, Sendable {
    /// 128 random bits drawn at start; a restarted process is another one.
    public let id: UInt128
    /// The executable's name, such as `postroom-ingress`.
    public let executable: String
    /// The version of the package, ``postroomVersion``.
    public let version: String
    /// The host's name as the system gives it, at most 255 bytes; empty if it has none.
    public let host: String
    /// The process id on that host.
    public let pid: Int32
    /// The start, in microseconds since 1970-01-01 UTC.
    public let startedAtMicroseconds: Int64

    /// Draws an identity for the process that runs.
    ///
    /// - Parameters:
    ///   - executable: The executable's name.
    ///   - random: Where the id comes from.
    public init(executable: String, random: inout some RandomNumberGenerator) {
        id = UInt128(random.next()) << 64 | UInt128(random.next())
        self.executable = executable
        version = postroomVersion
        host = Self.hostName()
        pid = getpid()
        startedAtMicroseconds = wallClockMicroseconds()
    }

    /// Draws an identity from the system's generator.
    public init(executable: String) {
        var random = SystemRandomNumberGenerator()
        self.init(executable: executable, random: &random)
    }

    private static func hostName() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
        return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
