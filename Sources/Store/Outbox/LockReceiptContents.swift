import Domain
import PostgresClient

/// Looks up receipts whose key is stored already, and locks those that the new copy may change: other content, an
/// earlier arrival, or a match for a parked one. Plain duplicates are left alone.
///
/// Locks: those rows, in ascending order of key, until the end of the transaction.
package struct LockReceiptContents: Statement {
    package static let sql = """
        SELECT r.id, r.content_hash, r.price::text, r.size, r.rate::text, r.currency, r.result, r.submitted_time, r.ext,
               r.account, r.webhook_id, r.received_at, r.attempt_id, r.entry_id
        FROM outbox.receipt AS r
        JOIN unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::uuid[], $5::uuid[])
                 AS given (id, content_hash, received_at, webhook_id, attempt_id)
          ON given.id = r.id
        WHERE given.content_hash <> r.content_hash
           OR (given.received_at, given.webhook_id) < (r.received_at, r.webhook_id)
           OR (r.attempt_id IS NULL AND given.attempt_id IS NOT NULL)
        ORDER BY r.id
        FOR NO KEY UPDATE OF r
        """
    let records: [ReceiptRecord]

    /// Looks these up.
    package init(_ records: [ReceiptRecord]) { self.records = records }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var hash = ArrayParameter(.int8)
        var receivedAt = ArrayParameter(.timestamptz)
        var webhookID = ArrayParameter(.uuid)
        var attemptID = ArrayParameter(.uuid)
        for record in records {
            id.append(uuid: record.key.rawValue)
            hash.append(record.contentHash)
            receivedAt.append(microseconds: record.origin.receivedAt.microseconds)
            webhookID.append(optional: record.origin.webhookID) { $0.append(uuid: $1.rawValue) }
            attemptID.append(optional: record.match) { $0.append(uuid: $1.attemptID.rawValue) }
        }
        for array in [id, hash, receivedAt, webhookID, attemptID] { parameters.append(array) }
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [StoredReceipt] {
        try rows.map { row throws(PostgresError) in
            StoredReceipt(
                key: ReceiptKey(rawValue: try row.uuid()), contentHash: try row.int64(),
                content: ReceiptContent(
                    price: try row.optionalText().flatMap { Amount($0) }, size: try row.optionalInt32(),
                    rate: try row.optionalText().flatMap { Amount($0) }, currency: try row.optionalText(),
                    result: try row.text(), submittedTime: try row.text(), ext: try row.text()),
                origin: ReceiptOrigin(
                    account: try row.text(), webhookID: try row.optionalUUID().map { WebhookID(rawValue: $0) },
                    receivedAt: Timestamp(microseconds: try row.timestamptz())),
                match: try match(&row))
        }
    }

    private func match(_ row: inout Row) throws(PostgresError) -> ReceiptMatch? {
        let (attemptID, entryID) = (try row.optionalUUID(), try row.optionalUUID())
        guard let attemptID, let entryID else { return nil }
        return ReceiptMatch(attemptID: AttemptID(rawValue: attemptID), entryID: EntryID(rawValue: entryID))
    }
}
