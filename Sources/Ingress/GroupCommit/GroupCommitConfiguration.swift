import PostgresClient

/// What the group commit needs to know.
struct GroupCommitConfiguration: Sendable {
    /// Where Postgres is.
    var database: ConnectionConfiguration
    /// How long a webhook may wait for its commit. It may go to the spool, or be refused, later than this: by the time
    /// of one try to connect, which has the same bound, and by as much again if a failing spool gave it back.
    var storeDeadline: Duration

    /// Webhooks that wait at most; more go to the spool, or are refused, at once.
    var pendingItemsMax = 20_000
    /// How long the writer waits for webhooks before it probes Postgres.
    var probeInterval = Duration.seconds(1)

    /// Bytes of webhooks that wait at most.
    static let pendingBytesMax = 32 << 20
    /// Webhooks in one statement at most.
    static let batchItemsMax = 1_000
    /// Up to this many webhooks that wait go into one statement together; of more, half do. With 256 connections, each
    /// of which sends again once it is answered, that gave 7 to 17 % more webhooks a second than all at once, measured
    /// side by side three times (deploy/SPEED.md).
    static let batchWholeMax = 128
    /// Bytes of webhooks in one statement at most.
    static let batchBytesMax = 8 << 20

    /// A webhook with less time left than this is given up rather than tried: a tenth of the deadline.
    var tryTimeMin: Duration { storeDeadline / 10 }

    /// A queue of its bounds.
    func makePending() -> PendingSubmissions {
        PendingSubmissions(itemsMax: pendingItemsMax, bytesMax: Self.pendingBytesMax)
    }
}
