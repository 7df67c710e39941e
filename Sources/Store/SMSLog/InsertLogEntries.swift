import Domain
import PostgresClient

/// Stores events of the SMS log whose key is new; the first content of a key stands.
///
/// Must be given in ascending order of key (see ``InsertReceipts``).
public struct InsertLogEntries: Statement {
    /// The statement.
    public static let sql = """
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
    public init(_ records: [LogRecord<SMSLogEvent>]) { self.records = records }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var columns = [ArrayParameter](repeating: ArrayParameter(.text), count: 17)
        columns[2] = ArrayParameter(.uuid)
        columns[3] = ArrayParameter(.timestamptz)
        columns[13] = ArrayParameter(.timestamptz)
        columns[16] = ArrayParameter(.int8)
        for record in records {
            let event = record.event
            columns[0].append(record.account)
            columns[1].append(event.eventID)
            columns[2].append(uuid: record.webhookID.rawValue)
            columns[3].append(microseconds: record.receivedAt.microseconds)
            columns[4].append(event.direction)
            columns[5].append(event.userName)
            columns[6].append(event.userEmail)
            columns[7].append(event.userNumber)
            columns[8].append(event.userNumberRaw)
            columns[9].append(event.externalNumber)
            columns[10].append(event.externalNumberRaw)
            columns[11].append(optional: event.externalName) { $0.append($1) }
            columns[12].append(optional: event.externalEmail) { $0.append($1) }
            columns[13].append(optional: event.occurredAt) { $0.append(microseconds: $1.microseconds) }
            columns[14].append(event.occurredAtRaw)
            columns[15].append(event.body)
            columns[16].append(event.contentHash)
        }
        for column in columns { parameters.append(column) }
    }

    /// The keys that were new.
    public func decode(_ rows: Rows) throws(PostgresError) -> Set<LogKey> {
        Set(
            try rows.map { row throws(PostgresError) in
                LogKey(account: try row.text(0), eventID: try row.text(1))
            })
    }
}

/// Finds which of these keys are stored with another content.
public struct FindLogEntryConflicts: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT e.account, e.event_id
        FROM unnest($1::text[], $2::text[], $3::bigint[]) AS given (account, event_id, content_hash)
        JOIN sms_log.entry AS e ON e.account = given.account AND e.event_id = given.event_id
        WHERE e.content_hash <> given.content_hash
        """
    let contents: [(key: LogKey, contentHash: Int64)]

    /// Compares these.
    public init(_ contents: [(key: LogKey, contentHash: Int64)]) { self.contents = contents }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var account = ArrayParameter(.text)
        var eventID = ArrayParameter(.text)
        var hash = ArrayParameter(.int8)
        for content in contents {
            account.append(content.key.account)
            eventID.append(content.key.eventID)
            hash.append(content.contentHash)
        }
        for array in [account, eventID, hash] { parameters.append(array) }
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> Set<LogKey> {
        Set(
            try rows.map { row throws(PostgresError) in
                LogKey(account: try row.text(0), eventID: try row.text(1))
            })
    }
}
