import Domain
import PostgresClient

/// Stores events of the SMS log whose key is new; the first content of a key stands.
///
/// Must be given in ascending order of key (see ``InsertReceipts``).
package struct InsertLogEntries: Statement {
    package static let sql = """
        INSERT INTO sms_log.entry
            (account, event_id, webhook_id, received_at, direction, user_name, user_email, user_number,
             user_number_raw, external_number, external_number_raw, external_name, external_email, occurred_at,
             occurred_at_raw, body, content_hash)
        SELECT account, event_id, webhook_id, received_at, direction, user_name, user_email, user_number,
               user_number_raw, external_number, external_number_raw, external_name, external_email, occurred_at,
               occurred_at_raw, body, content_hash
        FROM unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[],
                    $15::text[], $16::text[], $17::bigint[])
            AS given (account, event_id, webhook_id, received_at, direction, user_name, user_email, user_number,
                      user_number_raw, external_number, external_number_raw, external_name, external_email,
                      occurred_at, occurred_at_raw, body, content_hash)
        ON CONFLICT (account, event_id) DO NOTHING
        RETURNING account, event_id
        """
    let records: [LogRecord<SMSLogEvent>]

    /// Stores these: distinct keys in ascending order.
    package init(_ records: [LogRecord<SMSLogEvent>]) { self.records = records }

    package func bind(_ parameters: inout Parameters) {
        var account = ArrayParameter(.text)
        var eventID = ArrayParameter(.text)
        var webhookID = ArrayParameter(.uuid)
        var receivedAt = ArrayParameter(.timestamptz)
        var direction = ArrayParameter(.text)
        var userName = ArrayParameter(.text)
        var userEmail = ArrayParameter(.text)
        var userNumber = ArrayParameter(.text)
        var userNumberRaw = ArrayParameter(.text)
        var externalNumber = ArrayParameter(.text)
        var externalNumberRaw = ArrayParameter(.text)
        var externalName = ArrayParameter(.text)
        var externalEmail = ArrayParameter(.text)
        var occurredAt = ArrayParameter(.timestamptz)
        var occurredAtRaw = ArrayParameter(.text)
        var body = ArrayParameter(.text)
        var hash = ArrayParameter(.int8)
        for record in records {
            let event = record.event
            account.append(record.account)
            eventID.append(event.eventID)
            webhookID.append(uuid: record.webhookID.rawValue)
            receivedAt.append(microseconds: record.receivedAt.microseconds)
            direction.append(event.direction)
            userName.append(event.userName)
            userEmail.append(event.userEmail)
            userNumber.append(event.userNumber)
            userNumberRaw.append(event.userNumberRaw)
            externalNumber.append(event.externalNumber)
            externalNumberRaw.append(event.externalNumberRaw)
            externalName.append(optional: event.externalName) { $0.append($1) }
            externalEmail.append(optional: event.externalEmail) { $0.append($1) }
            occurredAt.append(optional: event.occurredAt) { $0.append(microseconds: $1.microseconds) }
            occurredAtRaw.append(event.occurredAtRaw)
            body.append(event.body)
            hash.append(event.contentHash)
        }
        for array in [
            account, eventID, webhookID, receivedAt, direction, userName, userEmail, userNumber, userNumberRaw,
            externalNumber, externalNumberRaw, externalName, externalEmail, occurredAt, occurredAtRaw, body, hash,
        ] { parameters.append(array) }
    }

    /// The keys that were new.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<LogKey> {
        Set(
            try rows.map { row throws(PostgresError) in
                LogKey(account: try row.text(), eventID: try row.text())
            })
    }
}
