import Domain
import PostgresClient

/// Parks events of other kinds than SMS whose key is new; the first content of a key stands.
///
/// Must be given in ascending order of key (see ``InsertReceipts``).
package struct InsertOtherEvents: Statement {
    package static let sql = """
        INSERT INTO sms_log.other_event
            (account, event_id, event_name, webhook_id, received_at, payload, content_hash)
        SELECT account, event_id, event_name, webhook_id, received_at, payload, content_hash
        FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::bytea[], $7::bigint[])
            AS given (account, event_id, event_name, webhook_id, received_at, payload, content_hash)
        ON CONFLICT (account, event_name, event_id) DO NOTHING
        RETURNING account, event_name, event_id
        """
    let records: [LogRecord<OtherEvent>]

    /// Parks these: distinct keys in ascending order.
    package init(_ records: [LogRecord<OtherEvent>]) { self.records = records }

    package func bind(_ parameters: inout Parameters) {
        var account = ArrayParameter(.text)
        var eventID = ArrayParameter(.text)
        var eventName = ArrayParameter(.text)
        var webhookID = ArrayParameter(.uuid)
        var receivedAt = ArrayParameter(.timestamptz)
        var payload = ArrayParameter(.bytea)
        var hash = ArrayParameter(.int8)
        for record in records {
            account.append(record.account)
            eventID.append(record.event.eventID)
            eventName.append(record.event.eventName)
            webhookID.append(uuid: record.webhookID.rawValue)
            receivedAt.append(microseconds: record.receivedAt.microseconds)
            payload.append(bytes: record.event.payload)
            hash.append(record.event.contentHash)
        }
        for array in [account, eventID, eventName, webhookID, receivedAt, payload, hash] { parameters.append(array) }
    }

    /// The keys that were new.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<LogKey> {
        Set(
            try rows.map { row throws(PostgresError) in
                LogKey(account: try row.text(), eventName: try row.text(), eventID: try row.text())
            })
    }
}
