import Domain
import PostgresClient

/// A dead letter with its bytes.
package struct DeadLetter: Sendable {
    /// What is known of it.
    package var summary: DeadLetterSummary
    /// The version of the parser that refused it; 0 where none saw it.
    package var parserVersion: Int32
    /// Its bytes, as they came.
    package var raw: RawWebhook
    /// The path it came by, its token replaced.
    package var path: [UInt8]
    /// Who called.
    package var remoteAddress: String
}

/// Reads one dead letter and locks it; one that another process holds is skipped, as if it were gone.
package struct LockDeadLetter: Statement {
    package static let sql = """
        SELECT d.webhook_id, d.source, d.account, d.reason, d.detail, d.tries, d.received_at, d.buried_at,
               d.parser_version, d.method, d.query, d.content_type, d.headers, d.body, d.path, d.remote_address
        FROM queue.webhook_dead AS d
        WHERE d.webhook_id = $1
        FOR UPDATE SKIP LOCKED
        """
    let id: WebhookID

    /// Locks this one.
    package init(_ id: WebhookID) { self.id = id }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    package func decode(_ rows: Rows) throws(PostgresError) -> DeadLetter? {
        try rows.optionalSingle { row throws(PostgresError) in
            let summary = try DeadLetterSummary(&row)
            return DeadLetter(
                summary: summary, parserVersion: try row.int32(),
                raw: RawWebhook(
                    source: summary.source, account: summary.account, method: try row.text(), query: try row.bytes(),
                    contentType: try row.optionalBytes(), headers: try row.bytes(), body: try row.bytes(),
                    receivedAt: summary.receivedAt, id: summary.webhookID),
                path: try row.bytes(), remoteAddress: try row.text())
        }
    }
}
