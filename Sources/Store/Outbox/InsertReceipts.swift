import Domain
import PostgresClient

/// Stores receipts whose key is new.
///
/// Receipts must be given in ascending order of key, and are read in that order: two workers that insert the same keys
/// in different orders would deadlock (measured: 40P01 within seconds). Waits for an uncommitted
/// receipt of the same key. Beside its raw time each receipt gets the present offset of its provider's clock.
package struct InsertReceipts: Statement {
    package static let isPrepared = true
    package static let sql = """
        INSERT INTO outbox.receipt
            (id, provider, source, account, webhook_id, received_at, message_id, phone, status, result, reported_time,
             submitted_time, ext, price, size, rate, currency, content_hash, rank, attempt_id, entry_id, matched_at,
             clock_ahead)
        SELECT id, provider, CASE WHEN webhook_id IS NULL THEN 'query' ELSE 'webhook' END, account, webhook_id,
               received_at, message_id, phone, status, result, reported_time, submitted_time, ext, price, size, rate,
               currency, content_hash, rank, attempt_id, entry_id, CASE WHEN attempt_id IS NOT NULL THEN now() END,
               -- Read once for the batch, by the first use.
               (SELECT array_agg((SELECT c.ahead FROM ops.provider_clock AS c WHERE c.provider = p.name
                                  ORDER BY c.observed_at DESC LIMIT 1) ORDER BY p.place)
                FROM unnest($21::text[]) WITH ORDINALITY AS p (name, place))[array_position($21::text[], provider)]
        FROM (
            -- In the list and not in FROM, where Postgres writes each array into a store of its own first: that takes
            -- a microsecond and a half a receipt.
            SELECT unnest($1::uuid[]) AS id, unnest($2::text[]) AS provider, unnest($3::text[]) AS account,
                   unnest($4::uuid[]) AS webhook_id, unnest($5::timestamptz[]) AS received_at,
                   unnest($6::text[]) AS message_id, unnest($7::text[]) AS phone, unnest($8::text[]) AS status,
                   unnest($9::text[]) AS result, unnest($10::text[]) AS reported_time,
                   unnest($11::text[]) AS submitted_time, unnest($12::text[]) AS ext, unnest($13::numeric[]) AS price,
                   unnest($14::integer[]) AS size, unnest($15::numeric[]) AS rate, unnest($16::text[]) AS currency,
                   unnest($17::bigint[]) AS content_hash, unnest($18::smallint[]) AS rank,
                   unnest($19::uuid[]) AS attempt_id, unnest($20::uuid[]) AS entry_id
        ) AS given
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """
    let records: [ReceiptRecord]

    /// Stores these: distinct keys in ascending order.
    package init(_ records: [ReceiptRecord]) { self.records = records }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var provider = ArrayParameter(.text)
        var account = ArrayParameter(.text)
        var webhookID = ArrayParameter(.uuid)
        var receivedAt = ArrayParameter(.timestamptz)
        var messageID = ArrayParameter(.text)
        var phone = ArrayParameter(.text)
        var status = ArrayParameter(.text)
        var result = ArrayParameter(.text)
        var reportedTime = ArrayParameter(.text)
        var submittedTime = ArrayParameter(.text)
        var ext = ArrayParameter(.text)
        var price = ArrayParameter(.numeric)
        var size = ArrayParameter(.int4)
        var rate = ArrayParameter(.numeric)
        var currency = ArrayParameter(.text)
        var contentHash = ArrayParameter(.int8)
        var rank = ArrayParameter(.int2)
        var attemptID = ArrayParameter(.uuid)
        var entryID = ArrayParameter(.uuid)
        for record in records {
            let receipt = record.receipt
            id.append(uuid: record.key.rawValue)
            provider.append(record.provider)
            account.append(record.origin.account)
            webhookID.append(optional: record.origin.webhookID) { $0.append(uuid: $1.rawValue) }
            receivedAt.append(microseconds: record.origin.receivedAt.microseconds)
            messageID.append(receipt.messageID)
            phone.append(receipt.phone)
            status.append(receipt.status)
            result.append(receipt.content.result)
            reportedTime.append(receipt.reportedTime)
            submittedTime.append(receipt.content.submittedTime)
            ext.append(receipt.content.ext)
            price.append(optional: receipt.content.price) { $0.append(Numeric($1)) }
            size.append(optional: receipt.content.size) { $0.append($1) }
            rate.append(optional: receipt.content.rate) { $0.append(Numeric($1)) }
            currency.append(optional: receipt.content.currency) { $0.append($1) }
            contentHash.append(record.contentHash)
            rank.append(receipt.rank.rawValue)
            attemptID.append(optional: record.match) { $0.append(uuid: $1.attemptID.rawValue) }
            entryID.append(optional: record.match) { $0.append(uuid: $1.entryID.rawValue) }
        }
        for array in [
            id, provider, account, webhookID, receivedAt, messageID, phone, status, result, reportedTime,
            submittedTime, ext, price, size, rate, currency, contentHash, rank, attemptID, entryID,
        ] { parameters.append(array) }
        parameters.append(texts: Set(records.map(\.provider)))
    }

    /// The keys that were new.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<ReceiptKey> {
        Set(try rows.map { row throws(PostgresError) in ReceiptKey(rawValue: try row.uuid()) })
    }
}
