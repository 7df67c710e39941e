import Domain
import PostgresClient

/// Some of the stored webhooks, in order of their ids.
public struct WalkedWebhooks: Sendable {
    /// The last one that was walked past; nil at the end.
    public var last: WebhookID?
    /// Those that were asked for.
    public var wanted: [RawWebhook] = []
}

/// Reads the next stored webhooks of a time that are of a source and an account; not those that are dead letters.
///
/// Walks past a bounded number, wanted or not, so that the time of one statement has a bound however few are wanted.
public struct WalkWebhooks: Statement {
    /// Walked past at most.
    public static let walkedMax = 200
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT w.id, w.received_at, w.source, w.account, w.method,
               -- What is not wanted is not read out of its table's overflow.
               CASE WHEN w.is_wanted THEN w.query END, CASE WHEN w.is_wanted THEN w.content_type END,
               CASE WHEN w.is_wanted THEN w.headers END, CASE WHEN w.is_wanted THEN w.body END, w.is_wanted
        FROM (
            SELECT i.id, i.received_at, i.source, i.account, i.method, i.query, i.content_type, i.headers, i.body,
                   ($3::text IS NULL OR i.source = $3) AND ($4::text IS NULL OR i.account = $4)
                   AND NOT EXISTS (SELECT 1 FROM queue.webhook_dead AS d WHERE d.webhook_id = i.id) AS is_wanted
            FROM inbox.webhook AS i
            WHERE i.id > $1 AND i.id < $2
            ORDER BY i.id
            LIMIT $5
        ) AS w
        ORDER BY w.id
        """
    let after: WebhookID
    let before: WebhookID
    let source: String?
    let account: String?

    /// Reads those between two ids, both excluded; of one source, and of one account, where they are given.
    public init(after: WebhookID, before: WebhookID, source: String?, account: String?) {
        self.after = after
        self.before = before
        self.source = source
        self.account = account
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: after.rawValue)
        parameters.append(uuid: before.rawValue)
        parameters.append(source)
        parameters.append(account)
        parameters.append(Int64(Self.walkedMax))
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> WalkedWebhooks {
        var walked = WalkedWebhooks()
        for index in 0..<rows.count {
            let row = rows[index]
            walked.last = WebhookID(rawValue: try row.uuid(0))
            if try row.bool(9) { walked.wanted.append(try RawWebhook(row)) }
        }
        return walked
    }
}
