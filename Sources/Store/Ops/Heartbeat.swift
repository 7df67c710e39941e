import Domain

/// A process's sign of life, for `ops.process`.
package struct Heartbeat: Sendable {
    /// A process that has not been heard of for this long counts as silent: `monitor.workers` and `monitor.health` take
    /// it for dead (a test holds both against this), and its sends are rescued (``FindSilentProcesses``).
    package static let silence = Duration.seconds(30)
    /// How far apart a process's own heartbeats may be for it to call others silent: an obstacle that kept them from
    /// being heard for longer than this also kept it. The rest of ``silence`` is what a living process may need
    /// besides: its next heartbeat was about to come, ran into its time-out, and the one after that succeeded.
    package static let gapMax = Duration.seconds(9)
    /// How long after its last heartbeat a process is still looked for: far longer than any lease lasts.
    package static let remembered = Duration.seconds(600)
    /// How long writing one may take.
    package static let timeout = Duration.seconds(10)
    /// The same for a heartbeat that only vouches for claims in doubt, even in a drain: without it their leases end by
    /// themselves.
    package static let vouchTimeout = Duration.seconds(3)

    /// Whose it is.
    package var process: ProcessIdentity
    /// What it has done since its start: rows claimed, or, by a webhook worker, webhooks settled; 0 where it claims
    /// none.
    package var claimed: Int64
    /// Whether it drains.
    package var isStopping: Bool
    /// When it is made, by the process's own clock.
    package var toldAt: Timestamp

    /// Makes a sign of life of this process.
    package init(of process: ProcessIdentity, at now: Timestamp, claimed: Int64 = 0, isStopping: Bool) {
        self.process = process
        toldAt = now
        self.claimed = claimed
        self.isStopping = isStopping
    }
}
