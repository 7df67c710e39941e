/// What bounds a migration.
public struct MigratorLimits: Sendable {
    /// How long a file's statement waits for a lock before it gives way to those queued behind it: less than the
    /// ingress's `POSTROOM_STORE_DEADLINE`, so that webhooks behind it are merely late. Defaults to 1 second.
    public var lockTimeout: Duration
    /// Tries of one file, where a lock was held, the connection broke or two transactions met. Defaults to 30.
    public var triesMax: Int
    /// The pause between two tries, in which those that queued go ahead. Defaults to 2 seconds.
    public var pause: Duration
    /// How long one file may take, with the wait for another migrator. Defaults to an hour.
    public var fileTimeout: Duration
    /// How long connecting and reading what is recorded may take. Defaults to 30 seconds.
    public var readTimeout: Duration

    /// Makes bounds.
    public init(
        lockTimeout: Duration = .seconds(1), triesMax: Int = 30, pause: Duration = .seconds(2),
        fileTimeout: Duration = .seconds(3_600), readTimeout: Duration = .seconds(30)
    ) {
        self.lockTimeout = lockTimeout
        self.triesMax = triesMax
        self.pause = pause
        self.fileTimeout = fileTimeout
        self.readTimeout = readTimeout
    }
}
