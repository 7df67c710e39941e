import Domain
import PostgresClient

/// What a webhook worker process needs to know.
public struct ReceivingConfiguration: Sendable {
    /// Where Postgres is.
    public var database: ConnectionConfiguration
    /// Workers in this process, 1...64. Defaults to 2.
    public var workers: Int
    /// Webhooks in one transaction at most, 1...5000. Defaults to 500.
    public var batch: Int32
    /// The zone of NXTele's local times, by a name Postgres knows. Defaults to `Asia/Shanghai`, which is a guess.
    public var nxteleTimeZone: String
    /// How long raw webhooks are kept. Defaults to 35 days.
    public var inboxRetention: Duration
    /// How long entries, receipts and dedupe keys are kept. Defaults to 400 days.
    public var outboxRetention: Duration
    /// The words by which people opt out and in.
    public var optOut: OptOutWords
    /// The folder on local disk for breadcrumbs, which outlive a process.
    public var stateFolder: String

    /// Makes a configuration with the defaults.
    public init(
        database: ConnectionConfiguration, workers: Int = 2, batch: Int32 = 500,
        nxteleTimeZone: String = "Asia/Shanghai", inboxRetention: Duration = .seconds(35 * 86_400),
        outboxRetention: Duration = .seconds(400 * 86_400), optOut: OptOutWords, stateFolder: String
    ) {
        self.database = database
        self.workers = workers
        self.batch = batch
        self.nxteleTimeZone = nxteleTimeZone
        self.inboxRetention = inboxRetention
        self.outboxRetention = outboxRetention
        self.optOut = optOut
        self.stateFolder = stateFolder
    }
}
