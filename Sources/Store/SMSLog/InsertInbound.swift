import Domain
import PostgresClient

/// Stores inbound SMS whose key is new; the first content of a key stands.
///
/// Must be given in ascending order of key (see ``InsertReceipts``).
public struct InsertInbound: Statement {
    /// The statement.
    public static let sql = """
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
    let provider: String

    /// Stores these: distinct keys in ascending order.
    public init(_ records: [LogRecord<InboundMessage>], provider: String) {
        self.records = records
        self.provider = provider
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var columns = [ArrayParameter](repeating: ArrayParameter(.text), count: 15)
        columns[0] = ArrayParameter(.uuid)
        columns[3] = ArrayParameter(.uuid)
        columns[4] = ArrayParameter(.timestamptz)
        columns[12] = ArrayParameter(.int4)
        columns[13] = ArrayParameter(.numeric)
        columns[14] = ArrayParameter(.int8)
        for record in records {
            let message = record.event
            columns[0].append(uuid: message.key)
            columns[1].append(provider)
            columns[2].append(record.account)
            columns[3].append(uuid: record.webhookID.rawValue)
            columns[4].append(microseconds: record.receivedAt.microseconds)
            columns[5].append(message.messageID)
            columns[6].append(message.fromNumber)
            columns[7].append(message.fromNumberRaw)
            columns[8].append(message.toNumber)
            columns[9].append(message.toNumberRaw)
            columns[10].append(message.content)
            columns[11].append(message.reportedTime)
            columns[12].append(optional: message.size) { $0.append($1) }
            columns[13].append(optional: message.price) { $0.append(Numeric($1)) }
            columns[14].append(message.contentHash)
        }
        for column in columns { parameters.append(column) }
    }

    /// The keys that were new.
    public func decode(_ rows: Rows) throws(PostgresError) -> Set<UInt128> {
        Set(try rows.map { row throws(PostgresError) in try row.uuid(0) })
    }
}

/// Finds which of these keys are stored with another content.
public struct FindInboundConflicts: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT i.id
        FROM unnest($1::uuid[], $2::bigint[]) AS given (id, content_hash)
        JOIN sms_log.inbound AS i ON i.id = given.id
        WHERE i.content_hash <> given.content_hash
        """
    let contents: [(key: UInt128, contentHash: Int64)]

    /// Compares these.
    public init(_ contents: [(key: UInt128, contentHash: Int64)]) { self.contents = contents }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var hash = ArrayParameter(.int8)
        for content in contents {
            id.append(uuid: content.key)
            hash.append(content.contentHash)
        }
        parameters.append(id)
        parameters.append(hash)
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> Set<UInt128> {
        Set(try rows.map { row throws(PostgresError) in try row.uuid(0) })
    }
}
