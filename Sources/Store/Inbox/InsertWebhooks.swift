import PostgresClient

/// Stores a batch of raw webhooks that nobody has tried to store before, queues and counts them: one statement, one
/// commit.
///
/// If one of them exists already it stores nothing and fails; the next try is ``InsertMissingWebhooks``. So it need not
/// look first, nor look at what was stored to know what to queue and count. That would take two fifths of a webhook's
/// time in Postgres (measured at groups of 30 and 100: 8.3 µs a webhook, here 4.7), for something a first try never
/// finds. It relies on there being nothing that drops a row silently, such as a trigger. It cannot fail for the content
/// of a row, because everything from the wire is bytea. Locks: none that a webhook could wait for.
package struct InsertWebhooks: Statement {
    /// Planned once a connection: its plan depends on no table's size.
    package static let isPrepared = true
    package static let sql = """
        WITH queued AS (
            INSERT INTO queue.webhook (webhook_id, source)
            SELECT given.id, ($6::text[])[given.origin]
            FROM (SELECT unnest($1::uuid[]) AS id, unnest($5::integer[]) AS origin) AS given
        ), counted AS (
            INSERT INTO queue.tally (source, intake_day, kind, count)
            SELECT given.source, given.intake_day, 'accepted', given.count
            FROM unnest($13::text[], $14::date[], $15::bigint[]) AS given (source, intake_day, count)
        )
        INSERT INTO inbox.webhook (\(WebhookBatch.columns))
        \(WebhookBatch.rows)
        """
    let batch: WebhookBatch

    /// Stores this batch.
    package init(_ batch: WebhookBatch) { self.batch = batch }

    package func bind(_ parameters: inout Parameters) {
        batch.bind(&parameters)
        batch.bindAccepted(&parameters)
    }

    /// How many were stored: all of them.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 { Int64(rows.affectedCount) }
}
