import Domain
import PostgresClient

/// Writes what stored receipts have become by further copies of them. The rows are locked already.
package struct UpdateReceiptContents: Statement {
    package static let sql = """
        UPDATE outbox.receipt AS r
        SET content_hash = given.content_hash, price = given.price, size = given.size, rate = given.rate,
            currency = given.currency, result = given.result, submitted_time = given.submitted_time, ext = given.ext,
            account = given.account, webhook_id = given.webhook_id, received_at = given.received_at,
            source = CASE WHEN given.webhook_id IS NULL THEN 'query' ELSE 'webhook' END,
            attempt_id = given.attempt_id, entry_id = given.entry_id,
            matched_at = CASE WHEN given.entry_id IS NOT NULL THEN coalesce(r.matched_at, now()) END
        FROM unnest($1::uuid[], $2::bigint[], $3::numeric[], $4::integer[], $5::numeric[], $6::text[], $7::text[],
                    $8::text[], $9::text[], $10::text[], $11::uuid[], $12::timestamptz[], $13::uuid[], $14::uuid[])
            AS given (id, content_hash, price, size, rate, currency, result, submitted_time, ext, account, webhook_id,
                      received_at, attempt_id, entry_id)
        WHERE r.id = given.id
        """
    let receipts: [StoredReceipt]

    /// Writes these.
    package init(_ receipts: [StoredReceipt]) { self.receipts = receipts }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var hash = ArrayParameter(.int8)
        var price = ArrayParameter(.numeric)
        var size = ArrayParameter(.int4)
        var rate = ArrayParameter(.numeric)
        var currency = ArrayParameter(.text)
        var result = ArrayParameter(.text)
        var submittedTime = ArrayParameter(.text)
        var ext = ArrayParameter(.text)
        var account = ArrayParameter(.text)
        var webhookID = ArrayParameter(.uuid)
        var receivedAt = ArrayParameter(.timestamptz)
        var attemptID = ArrayParameter(.uuid)
        var entryID = ArrayParameter(.uuid)
        for one in receipts {
            id.append(uuid: one.key.rawValue)
            hash.append(one.contentHash)
            price.append(optional: one.content.price) { $0.append(Numeric($1)) }
            size.append(optional: one.content.size) { $0.append($1) }
            rate.append(optional: one.content.rate) { $0.append(Numeric($1)) }
            currency.append(optional: one.content.currency) { $0.append($1) }
            result.append(one.content.result)
            submittedTime.append(one.content.submittedTime)
            ext.append(one.content.ext)
            account.append(one.origin.account)
            webhookID.append(optional: one.origin.webhookID) { $0.append(uuid: $1.rawValue) }
            receivedAt.append(microseconds: one.origin.receivedAt.microseconds)
            attemptID.append(optional: one.match) { $0.append(uuid: $1.attemptID.rawValue) }
            entryID.append(optional: one.match) { $0.append(uuid: $1.entryID.rawValue) }
        }
        for array in [
            id, hash, price, size, rate, currency, result, submittedTime, ext, account, webhookID, receivedAt,
            attemptID, entryID,
        ] { parameters.append(array) }
    }
}
