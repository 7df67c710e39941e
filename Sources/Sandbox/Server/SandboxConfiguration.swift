import Runtime

/// What a sandbox provider is told before it starts.
package struct SandboxConfiguration: Sendable {
    /// Where it listens. Defaults to a free port of 127.0.0.1.
    package var listen = ListenAddress(host: "127.0.0.1", port: 0)
    /// Equal seeds give equal plans. Defaults to 1.
    package var seed: UInt64 = 1
    /// What it does wrong. Defaults to nothing.
    package var script = SandboxScript()
    /// The keys it takes.
    package var access = SandboxAccess()
    /// Where receipts go whose call names no `dr_url`; nil sends none of them.
    package var receiptURL: String?
    /// The file that every acceptance is appended to; nil keeps them in memory only.
    package var logPath: String?
    /// Makes message ids differ between runs. Nil takes the time of the start.
    package var idSalt: UInt64?
    /// The bounds of the callbacks.
    package var receipts = ReceiptLimits()

    /// The largest body that is read, in bytes. Defaults to 64 KiB.
    package var bodyBytesMax = 65_536
    /// The most connections open at once. Defaults to 4 096.
    package var connectionsMax = 4_096
    /// How long a connection may be silent; longer than a call may hang. Defaults to 10 minutes.
    package var idleTimeout = Duration.seconds(600)
    /// How long a call waits for its own receipt that is to come first. Defaults to 5 s.
    package var earlyReceiptWaitMax = Duration.seconds(5)
    /// How many acceptances are kept in memory; older ones are in the log only. Defaults to 200 000.
    package var recordsMax = 200_000
    /// How many phones' calls are counted; beyond, all counts start anew, and plans repeat. Defaults to 1 000 000.
    package var phonesMax = 1_000_000

    /// The defaults.
    package init() {}
}
