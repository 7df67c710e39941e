import PostgresClient

/// Stores a batch of raw webhooks that nobody has tried to store before, queues and counts them: one statement, one
/// commit.
///
/// Where one of them is there already it stores nothing, and fails: the next try is ``InsertMissingWebhooks``. Looking
/// first, as that one does, would cost every webhook a third of its time in Postgres (measured at groups of 30 and 100:
/// 8.3, here 5.5 µs a webhook), for what a first try never finds. It cannot fail for the content of a row: everything
/// from the wire is bytea. Locks: none that a webhook could wait for.
public struct InsertWebhooks: Statement {
    /// Planned once a connection: its plan depends on no table's size.
    public static let isPrepared = true
    /// The statement.
    public static let sql = """
        WITH new AS (
            INSERT INTO inbox.webhook (\(WebhookBatch.columns))
            \(WebhookBatch.rows)
            RETURNING id, source
        ), queued AS (
            INSERT INTO queue.webhook (webhook_id, source)
            SELECT id, source FROM new
        ), counted AS (
            INSERT INTO queue.tally (source, intake_day, kind, count)
            SELECT source, ops.webhook_day(id), 'accepted', count(*) FROM new GROUP BY 1, 2
        )
        SELECT count(*) FROM new
        """
    let batch: WebhookBatch

    /// Stores this batch.
    public init(_ batch: WebhookBatch) { self.batch = batch }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { batch.bind(&parameters) }

    /// How many were stored: all of them.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64(0) }
    }
}
