import Domain
import PostgresClient

/// What a webhook worker process needs to know.
struct ReceivingConfiguration: Sendable {
    /// Where Postgres is.
    var database: ConnectionConfiguration
    /// Workers in this process, 1...64.
    var workers: Int
    /// Webhooks in one transaction at most, 1...5000.
    var batch: Int32
    /// The zone of NXTele's local times, by a name Postgres knows.
    var nxteleTimeZone: String
    /// How long raw webhooks are kept.
    var inboxRetention: Duration
    /// How long entries, receipts and dedupe keys are kept.
    var outboxRetention: Duration
    /// The words by which people opt out and in.
    var optOut: OptOutWords
    /// The folder on local disk for breadcrumbs, which outlive a process.
    var stateFolder: String
}
