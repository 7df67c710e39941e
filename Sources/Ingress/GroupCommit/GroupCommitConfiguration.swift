import PostgresClient

/// The bounds of the group commit.
public struct GroupCommitConfiguration: Sendable {
    /// Where Postgres is.
    public var database: ConnectionConfiguration
    /// How long a webhook may wait for its commit. It may go to the spool, or be refused, later than this: by the time
    /// of one try to connect, which has the same bound, and by as much again if a failing spool gave it back. Defaults
    /// to 2 s.
    public var storeDeadline: Duration
    /// Webhooks in one statement at most. Defaults to 1000.
    public var batchItemsMax: Int
    /// Up to this many webhooks that wait go into one statement together; of more, half do. Defaults to 128: with 256
    /// connections, each of which sends again once it is answered, that gave 7 to 17 % more webhooks a second than all
    /// at once, measured side by side three times (deploy/SPEED.md).
    public var batchWholeMax: Int
    /// Bytes of webhooks in one statement at most. Defaults to 8 MiB.
    public var batchBytesMax: Int
    /// Webhooks that wait at most; more go to the spool, or are refused, at once. Defaults to 20 000.
    public var pendingItemsMax: Int
    /// Bytes of webhooks that wait at most. Defaults to 32 MiB.
    public var pendingBytesMax: Int
    /// How long the writer waits for webhooks before it probes Postgres. Defaults to 1 s.
    public var probeInterval: Duration

    /// A webhook with less time left than this is given up rather than tried: a tenth of the deadline.
    var tryTimeMin: Duration { storeDeadline / 10 }

    /// A queue of its bounds.
    func makePending() -> PendingSubmissions {
        PendingSubmissions(itemsMax: pendingItemsMax, bytesMax: pendingBytesMax)
    }

    /// Makes a configuration with the defaults.
    public init(
        database: ConnectionConfiguration, storeDeadline: Duration = .seconds(2), batchItemsMax: Int = 1000,
        batchWholeMax: Int = 128, batchBytesMax: Int = 8 << 20, pendingItemsMax: Int = 20_000,
        pendingBytesMax: Int = 32 << 20, probeInterval: Duration = .seconds(1)
    ) {
        self.database = database
        self.storeDeadline = storeDeadline
        self.batchItemsMax = batchItemsMax
        self.batchWholeMax = batchWholeMax
        self.batchBytesMax = batchBytesMax
        self.pendingItemsMax = pendingItemsMax
        self.pendingBytesMax = pendingBytesMax
        self.probeInterval = probeInterval
    }
}
