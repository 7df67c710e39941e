/// What bounds a migration.
struct MigratorLimits: Sendable {
    /// How long a file's statement waits for a lock before it gives way to those queued behind it: less than the
    /// ingress's `POSTROOM_STORE_DEADLINE`, so that webhooks behind it are merely late.
    var lockTimeout = Duration.seconds(1)
    /// Tries of one file, where a lock was held, the connection broke or two transactions met.
    var triesMax = 30
    /// The pause between two tries, in which those that queued go ahead.
    var pause = Duration.seconds(2)
    /// How long one file may take, with the wait for another migrator.
    var fileTimeout = Duration.seconds(3_600)

    /// How long connecting and reading what is recorded may take.
    static let readTimeout = Duration.seconds(30)
}
