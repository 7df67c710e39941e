import Domain
import PostgresClient

/// Stores inbound SMS whose key is new; the first content of a key stands.
///
/// Must be given in ascending order of key (see ``InsertReceipts``).
package struct InsertInbound: Statement {
    package static let sql = """
        INSERT INTO sms_log.inbound
            (id, provider, account, webhook_id, received_at, message_id, from_number, from_number_raw, to_number,
             to_number_raw, body, reported_time, size, price, content_hash)
        SELECT id, provider, account, webhook_id, received_at, message_id, from_number, from_number_raw, to_number,
               to_number_raw, body, reported_time, size, price, content_hash
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[],
                    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::integer[], $14::numeric[],
                    $15::bigint[])
            AS given (id, provider, account, webhook_id, received_at, message_id, from_number, from_number_raw,
                      to_number, to_number_raw, body, reported_time, size, price, content_hash)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """
    let records: [LogRecord<InboundMessage>]

    /// Stores these: distinct keys in ascending order.
    package init(_ records: [LogRecord<InboundMessage>]) { self.records = records }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var provider = ArrayParameter(.text)
        var account = ArrayParameter(.text)
        var webhookID = ArrayParameter(.uuid)
        var receivedAt = ArrayParameter(.timestamptz)
        var messageID = ArrayParameter(.text)
        var fromNumber = ArrayParameter(.text)
        var fromNumberRaw = ArrayParameter(.text)
        var toNumber = ArrayParameter(.text)
        var toNumberRaw = ArrayParameter(.text)
        var body = ArrayParameter(.text)
        var reportedTime = ArrayParameter(.text)
        var size = ArrayParameter(.int4)
        var price = ArrayParameter(.numeric)
        var hash = ArrayParameter(.int8)
        for record in records {
            let message = record.event
            id.append(uuid: message.key)
            provider.append(record.provider)
            account.append(record.account)
            webhookID.append(uuid: record.webhookID.rawValue)
            receivedAt.append(microseconds: record.receivedAt.microseconds)
            messageID.append(message.messageID)
            fromNumber.append(message.fromNumber)
            fromNumberRaw.append(message.fromNumberRaw)
            toNumber.append(message.toNumber)
            toNumberRaw.append(message.toNumberRaw)
            body.append(message.content)
            reportedTime.append(message.reportedTime)
            size.append(optional: message.size) { $0.append($1) }
            price.append(optional: message.price) { $0.append(Numeric($1)) }
            hash.append(message.contentHash)
        }
        for array in [
            id, provider, account, webhookID, receivedAt, messageID, fromNumber, fromNumberRaw, toNumber, toNumberRaw,
            body, reportedTime, size, price, hash,
        ] { parameters.append(array) }
    }

    /// The keys that were new.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<UInt128> {
        Set(try rows.map { row throws(PostgresError) in try row.uuid() })
    }
}
