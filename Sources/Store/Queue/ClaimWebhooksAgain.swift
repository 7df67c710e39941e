import PostgresClient

/// Claims these waiting webhooks again, after the batch they were in was rolled back; skips what others hold by now.
package struct ClaimWebhooksAgain: Statement {
    package static let sql = """
        SELECT q.seq, q.webhook_id, q.source, q.deaths, q.ctid
        FROM queue.webhook AS q
        WHERE q.seq = ANY ($1::bigint[])
          AND q.deaths = 0
        ORDER BY q.seq
        FOR UPDATE SKIP LOCKED
        """
    let seqs: [Int64]

    /// Claims these.
    package init(_ seqs: [Int64]) { self.seqs = seqs }

    package func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(seqs: seqs)) }

    package func decode(_ rows: Rows) throws(PostgresError) -> [ClaimedWebhook] {
        try rows.map(ClaimedWebhook.init)
    }
}
