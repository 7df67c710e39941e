import Domain
import PostgresClient

/// Some of the stored webhooks, in order of their ids.
package struct WalkedWebhooks: Sendable {
    /// The last one that was walked past; nil at the end.
    package var last: WebhookID?
    /// Those that were asked for.
    package var wanted: [RawWebhook] = []
}

/// Reads the next stored webhooks of a span of time, of a source and an account, leaving out dead letters.
///
/// Walks past a bounded number of webhooks, wanted or not, so that one statement's time is bounded however few are
/// wanted; ends early with the webhook by which the wanted ones exceed the bytes allowed.
package struct WalkWebhooks: Statement {
    /// Walked past at most.
    package static let walkedMax = 200
    /// Bytes of those that are wanted, and one webhook more at most: 8 MiB.
    package static let bytesMax: Int64 = 8 << 20
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT r.id, r.is_wanted, r.source, r.account, r.method,
               -- What is not wanted is not read out of its table's overflow.
               CASE WHEN r.is_wanted THEN r.query END, CASE WHEN r.is_wanted THEN r.content_type END,
               CASE WHEN r.is_wanted THEN r.headers END, CASE WHEN r.is_wanted THEN r.body END, r.received_at
        FROM (
            SELECT i.id, i.received_at, i.source, i.account, i.method, i.query, i.content_type, i.headers, i.body,
                   i.is_wanted,
                   sum(i.bytes) FILTER (WHERE i.is_wanted)
                       OVER (ORDER BY i.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
            FROM (
                SELECT w.id, w.received_at, w.source, w.account, w.method, w.query, w.content_type, w.headers, w.body,
                       \(ReadWebhookSizes.size) AS bytes,
                       ($3::text IS NULL OR w.source = $3) AND ($4::text IS NULL OR w.account = $4)
                       AND NOT EXISTS (SELECT 1 FROM queue.webhook_dead AS d WHERE d.webhook_id = w.id) AS is_wanted
                FROM inbox.webhook AS w
                WHERE w.id > $1 AND w.id < $2
                ORDER BY w.id
                LIMIT $5
            ) AS i
        ) AS r
        WHERE coalesce(r.bytes_before, 0) < $6
        ORDER BY r.id
        """
    let after: WebhookID
    let before: WebhookID
    let source: String?
    let account: String?
    let bytesMax: Int64

    /// Reads those between two ids, both excluded; of one source, and of one account, where they are given.
    package init(
        after: WebhookID, before: WebhookID, source: String?, account: String?, bytesMax: Int64 = Self.bytesMax
    ) {
        self.after = after
        self.before = before
        self.source = source
        self.account = account
        self.bytesMax = bytesMax
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: after.rawValue)
        parameters.append(uuid: before.rawValue)
        parameters.append(source)
        parameters.append(account)
        parameters.append(Int64(Self.walkedMax))
        parameters.append(bytesMax)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> WalkedWebhooks {
        var walked = WalkedWebhooks()
        try rows.forEach { row throws(PostgresError) in
            let id = WebhookID(rawValue: try row.uuid())
            walked.last = id
            if try row.bool() {
                walked.wanted.append(try RawWebhook(&row, id: id))
            } else {
                row.skipRest()
            }
        }
        return walked
    }
}
