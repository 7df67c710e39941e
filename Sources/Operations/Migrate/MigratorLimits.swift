/// What bounds a migration.
public struct MigratorLimits: Sendable {
    /// How long a file's statement waits for a lock before it gives way to those who queue behind it.
    /// Defaults to 5 seconds.
    public var lockTimeout: Duration
    /// Tries of one file, where a lock was held, the connection broke or two transactions met. Defaults to 5.
    public var triesMax: Int
    /// The rest between two tries, in which those who queued go ahead. Defaults to 1 second.
    public var pause: Duration
    /// How long one file may take, with the wait for another migrator. Defaults to an hour.
    public var fileTimeout: Duration
    /// How long connecting and reading what is recorded may take. Defaults to 30 seconds.
    public var readTimeout: Duration

    /// Makes bounds.
    public init(
        lockTimeout: Duration = .seconds(5), triesMax: Int = 5, pause: Duration = .seconds(1),
        fileTimeout: Duration = .seconds(3_600), readTimeout: Duration = .seconds(30)
    ) {
        self.lockTimeout = lockTimeout
        self.triesMax = triesMax
        self.pause = pause
        self.fileTimeout = fileTimeout
        self.readTimeout = readTimeout
    }
}
