import Domain
import PostgresClient

/// Claims waiting webhooks in the order the database queued them; those locked by others are skipped, never waited for.
///
/// `floor` keeps the scan away from the dead rows that a held snapshot keeps in the index: with a million of them a
/// scan from the start falls to a tenth of its speed (measured). Locks: each returned row, until the
/// end of the transaction.
package struct ClaimWebhooks: Statement {
    package static let sql = """
        SELECT q.seq, q.webhook_id, q.source, q.deaths, q.ctid
        FROM queue.webhook AS q
        WHERE q.seq > $1
          AND q.deaths = 0
          AND q.source = ANY ($2::text[])
          AND q.seq <> ALL ($4::bigint[])
        ORDER BY q.seq
        LIMIT $3
        FOR UPDATE SKIP LOCKED
        """
    let floor: Int64
    let sources: [WebhookSource]
    let limit: Int32
    let passedOver: [Int64]

    /// Claims up to `limit` webhooks of these sources after the floor, but none of `passedOver`.
    package init(above floor: Int64, sources: [WebhookSource], limit: Int32, passingOver passedOver: [Int64] = []) {
        self.floor = floor
        self.sources = sources
        self.limit = limit
        self.passedOver = passedOver
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(floor)
        parameters.append(texts: sources.map(\.rawValue))
        parameters.append(limit)
        parameters.append(ArrayParameter(seqs: passedOver))
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [ClaimedWebhook] {
        try rows.map(ClaimedWebhook.init)
    }
}
