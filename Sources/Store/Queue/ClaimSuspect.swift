import Domain
import PostgresClient

/// Claims one suspect: a webhook during whose parsing a process died. It is tried alone.
package struct ClaimSuspect: Statement {
    package static let sql = """
        SELECT q.seq, q.webhook_id, q.source, q.deaths, q.ctid
        FROM queue.webhook AS q
        WHERE q.deaths > 0
          AND q.seq > $1
          AND q.source = ANY ($2::text[])
        ORDER BY q.seq
        LIMIT 1
        FOR UPDATE SKIP LOCKED
        """
    let floor: Int64
    let sources: [WebhookSource]

    /// Claims the first of these sources behind the floor.
    package init(above floor: Int64, sources: [WebhookSource]) {
        self.floor = floor
        self.sources = sources
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(floor)
        parameters.append(texts: sources.map(\.rawValue))
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> ClaimedWebhook? {
        try rows.optionalSingle(ClaimedWebhook.init)
    }
}
