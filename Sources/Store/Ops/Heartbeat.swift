import Domain

/// A process's sign of life, for `ops.process`.
public struct Heartbeat: Sendable {
    /// How long writing one may take: three of them fit into the 30 s after which `monitor.workers` takes a process for
    /// dead.
    public static let timeout = Duration.seconds(10)
    /// The same of one that only vouches for claims in doubt, also in a drain: without it their leases end by themselves.
    public static let vouchTimeout = Duration.seconds(3)

    /// Whose it is.
    public var process: ProcessIdentity
    /// Rows it has claimed since its start; 0 where it claims none.
    public var claimed: Int64
    /// Whether it drains.
    public var isStopping: Bool

    /// Makes a sign of life of this process.
    public init(of process: ProcessIdentity, claimed: Int64 = 0, isStopping: Bool) {
        self.process = process
        self.claimed = claimed
        self.isStopping = isStopping
    }
}
