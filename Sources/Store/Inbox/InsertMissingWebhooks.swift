import PostgresClient

/// Stores those of a batch of raw webhooks that an earlier try has not stored, queues and counts them: one statement,
/// one commit.
///
/// Repeating it after a commit in doubt stores and queues nothing twice. A repeat that finds every row there still
/// writes a count of 0: a transaction that writes nothing does not wait for the synchronous standby, so its success
/// would say nothing about the first try's rows. The wait for its own commit covers theirs, which comes before it in
/// the log. It cannot fail for one row, because everything from the wire is bytea. Locks: none that a webhook could
/// wait for.
package struct InsertMissingWebhooks: Statement {
    /// Planned once a connection: its plan depends on no table's size.
    package static let isPrepared = true
    package static let sql = """
        WITH new AS (
            INSERT INTO inbox.webhook (\(WebhookBatch.columns))
            \(WebhookBatch.rows)
            ON CONFLICT (id) DO NOTHING
            RETURNING id, source
        ), queued AS (
            INSERT INTO queue.webhook (webhook_id, source)
            SELECT id, source FROM new
        ), counted AS (
            INSERT INTO queue.tally (source, intake_day, kind, count)
            SELECT source, ops.webhook_day(id), 'accepted', count(*) FROM new GROUP BY 1, 2
            UNION ALL
            SELECT ($6::text[])[1], ops.webhook_day(($1::uuid[])[1]), 'accepted', 0 WHERE NOT EXISTS (SELECT FROM new)
        )
        SELECT count(*) FROM new
        """
    let batch: WebhookBatch

    /// Stores this batch.
    package init(_ batch: WebhookBatch) { self.batch = batch }

    package func bind(_ parameters: inout Parameters) { batch.bind(&parameters) }

    /// How many were new.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64() }
    }
}
