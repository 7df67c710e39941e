import PostgresClient
import Store

/// Stores webhooks. If Postgres refuses a statement for its data, stores its halves, so that one webhook does not hold
/// up the others.
///
/// Every statement is idempotent, so it does not matter which part was stored when another fails.
struct IsolatingInsert {
    /// What came of it.
    struct Outcome {
        /// In Postgres now.
        var webhooks = 0
        /// How many of those were not there before.
        var new = 0
        /// Refused, each by itself.
        var blamed: [IncomingWebhook] = []

        var refused: Int { blamed.count }
    }

    private(set) var outcome = Outcome()
    private let connection: Connection
    private let deadline: Deadline

    init(_ connection: Connection, deadline: Deadline) {
        self.connection = connection
        self.deadline = deadline
    }

    /// Stores these.
    ///
    /// - Parameter isDatabaseSound: Whether it is known to take other webhooks since it first refused these.
    /// - Throws: What keeps all of them from being stored. If none passed, and nothing is known of others, that
    ///   includes the refusal: then the cause is the database, such as a constraint that somebody added, and not the
    ///   webhooks.
    mutating func run(
        _ webhooks: ArraySlice<IncomingWebhook>, isDatabaseSound: Bool = false
    ) throws(PostgresError) {
        if let refusal = try store(webhooks), outcome.webhooks == 0, !isDatabaseSound { throw refusal }
    }

    /// - Returns: A refusal, where there was one.
    private mutating func store(_ webhooks: ArraySlice<IncomingWebhook>) throws(PostgresError) -> PostgresError? {
        var batch = WebhookBatch()
        for webhook in webhooks { batch.append(webhook) }
        do throws(PostgresError) {
            outcome.new += Int(try connection.run(InsertMissingWebhooks(batch), deadline: deadline))
            outcome.webhooks += webhooks.count
            return nil
        } catch {
            guard error.sqlState?.blamesData == true, error.effect == .none else { throw error }
            guard webhooks.count > 1 else {
                outcome.blamed += webhooks
                return error
            }
            let middle = webhooks.startIndex + webhooks.count / 2
            let first = try store(webhooks[..<middle])
            return try store(webhooks[middle...]) ?? first
        }
    }
}
