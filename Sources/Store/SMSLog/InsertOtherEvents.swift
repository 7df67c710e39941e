import Domain
import PostgresClient

/// Parks events of other kinds than SMS whose key is new; the first content of a key stands.
///
/// Must be given in ascending order of key (see ``InsertReceipts``).
public struct InsertOtherEvents: Statement {
    /// The statement.
    public static let sql = """
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
    public init(_ records: [LogRecord<OtherEvent>]) { self.records = records }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
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
    public func decode(_ rows: Rows) throws(PostgresError) -> Set<LogKey> {
        Set(
            try rows.map { row throws(PostgresError) in
                LogKey(account: try row.text(0), eventName: try row.text(1), eventID: try row.text(2))
            })
    }
}

/// Finds which of these keys are parked with another content.
public struct FindOtherEventConflicts: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT e.account, e.event_name, e.event_id
        FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
            AS given (account, event_name, event_id, content_hash)
        JOIN sms_log.other_event AS e
          ON e.account = given.account AND e.event_name = given.event_name AND e.event_id = given.event_id
        WHERE e.content_hash <> given.content_hash
        """
    let contents: [(key: LogKey, contentHash: Int64)]

    /// Compares these.
    public init(_ contents: [(key: LogKey, contentHash: Int64)]) { self.contents = contents }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var account = ArrayParameter(.text)
        var eventName = ArrayParameter(.text)
        var eventID = ArrayParameter(.text)
        var hash = ArrayParameter(.int8)
        for content in contents {
            account.append(content.key.account)
            eventName.append(content.key.eventName)
            eventID.append(content.key.eventID)
            hash.append(content.contentHash)
        }
        for array in [account, eventName, eventID, hash] { parameters.append(array) }
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> Set<LogKey> {
        Set(
            try rows.map { row throws(PostgresError) in
                LogKey(account: try row.text(0), eventName: try row.text(1), eventID: try row.text(2))
            })
    }
}
