import Domain
import PostgresClient

/// An accepted send: what is written for it.
public struct AcceptedSend: Sendable, Equatable {
    /// The entry as users see it.
    public var entry: EntryRecord
    /// The tags, as Postgres's text of an array.
    public var tagsArray: String
    /// The caller's key; nil where none was given.
    public var idempotencyKey: String?
    /// SHA-256 of what was asked for.
    public var contentHash: [UInt8]
    /// How long it may wait, anew in each cycle.
    public var validForSeconds: Int32?
    /// Not to be sent after, also where the caller gave no bound.
    public var giveUpAt: Timestamp
    /// Number of its charge in the account's ledger.
    public var chargeSeq: Int64
    /// The balance after it.
    public var balanceAfter: Numeric

    /// Makes one.
    public init(
        entry: EntryRecord, tagsArray: String, idempotencyKey: String?, contentHash: [UInt8],
        validForSeconds: Int32?, giveUpAt: Timestamp, chargeSeq: Int64, balanceAfter: Numeric
    ) {
        self.entry = entry
        self.tagsArray = tagsArray
        self.idempotencyKey = idempotencyKey
        self.contentHash = contentHash
        self.validForSeconds = validForSeconds
        self.giveUpAt = giveUpAt
        self.chargeSeq = chargeSeq
        self.balanceAfter = balanceAfter
    }
}

/// Stores accepted sends: the entries, their queue rows and their charges, in one statement.
///
/// The transaction holds the accounts' locks, and has decided under them. Locks: new rows only.
public struct AcceptEntries: Statement {
    /// Parsed and planned once.
    public static let isPrepared = true
    /// The statement.
    public static let sql = """
        WITH given AS MATERIALIZED (
            SELECT id, account, user_id, recipient, message, sender_id, message_id, message_name, units,
                   cost_per_unit, total_cost, currency, encoding, priority, tags, custom_data, provider,
                   delivery_state, created_at, scheduled_at, valid_until, idempotency_key, content_hash,
                   valid_for_seconds, give_up_at, charge_seq, balance_after
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                        $8::text[], $9::integer[], $10::numeric[], $11::numeric[], $12::text[], $13::text[],
                        $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::timestamptz[],
                        $20::timestamptz[], $21::timestamptz[], $22::text[], $23::bytea[], $24::integer[],
                        $25::timestamptz[], $26::bigint[], $27::numeric[])
                AS one (id, account, user_id, recipient, message, sender_id, message_id, message_name, units,
                        cost_per_unit, total_cost, currency, encoding, priority, tags, custom_data, provider,
                        delivery_state, created_at, scheduled_at, valid_until, idempotency_key, content_hash,
                        valid_for_seconds, give_up_at, charge_seq, balance_after)
        ), entry AS (
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, message_id, message_name,
                 sms_units_used, cost_per_unit, total_cost, currency, encoding, priority, tags, custom_data, provider,
                 delivery_state, created_at, scheduled_at, valid_until, idempotency_key, content_hash,
                 valid_for_seconds)
            SELECT id, account, user_id, recipient, message, sender_id, message_id, message_name, units,
                   cost_per_unit, total_cost, currency, encoding, priority, tags::text[], custom_data::jsonb, provider,
                   delivery_state, created_at, scheduled_at, valid_until, idempotency_key, content_hash,
                   valid_for_seconds
            FROM given
        ), queued AS (
            INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
            SELECT id, provider, account, CASE priority WHEN 'high' THEN 0 ELSE 1 END,
                   coalesce(scheduled_at, created_at), give_up_at, 0
            FROM given
        )
        INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
        SELECT account, charge_seq, 'charge', -total_cost, balance_after, id, 0, 0
        FROM given
        """
    let sends: [AcceptedSend]

    /// Stores these.
    public init(_ sends: [AcceptedSend]) { self.sends = sends }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var texts = [ArrayParameter](repeating: ArrayParameter(.text), count: TextColumn.allCases.count)
        var units = ArrayParameter(.int4)
        var costPerUnit = ArrayParameter(.numeric)
        var totalCost = ArrayParameter(.numeric)
        var createdAt = ArrayParameter(.timestamptz)
        var scheduledAt = ArrayParameter(.timestamptz)
        var validUntil = ArrayParameter(.timestamptz)
        var contentHash = ArrayParameter(.bytea)
        var validForSeconds = ArrayParameter(.int4)
        var giveUpAt = ArrayParameter(.timestamptz)
        var chargeSeq = ArrayParameter(.int8)
        var balanceAfter = ArrayParameter(.numeric)
        for send in sends {
            let entry = send.entry
            id.append(uuid: entry.id.rawValue)
            for column in TextColumn.allCases {
                texts[column.rawValue].append(optional: send.text(column)) { $0.append($1) }
            }
            units.append(entry.units)
            costPerUnit.append(entry.costPerUnit)
            totalCost.append(entry.totalCost)
            createdAt.append(microseconds: entry.times.createdAt.microseconds)
            scheduledAt.append(optional: entry.times.scheduledAt) { $0.append(microseconds: $1.microseconds) }
            validUntil.append(optional: entry.times.validUntil) { $0.append(microseconds: $1.microseconds) }
            contentHash.append(bytes: send.contentHash)
            validForSeconds.append(optional: send.validForSeconds) { $0.append($1) }
            giveUpAt.append(microseconds: send.giveUpAt.microseconds)
            chargeSeq.append(send.chargeSeq)
            balanceAfter.append(send.balanceAfter)
        }
        func text(_ column: TextColumn) -> ArrayParameter { texts[column.rawValue] }
        for array in [
            id, text(.account), text(.userID), text(.recipient), text(.message), text(.senderID), text(.messageID),
            text(.messageName), units, costPerUnit, totalCost, text(.currency), text(.encoding), text(.priority),
            text(.tags), text(.customData), text(.provider), text(.deliveryState), createdAt, scheduledAt, validUntil,
            text(.idempotencyKey), contentHash, validForSeconds, giveUpAt, chargeSeq, balanceAfter,
        ] { parameters.append(array) }
    }

    /// How many were stored.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}

/// The columns that travel as text.
private enum TextColumn: Int, CaseIterable {
    case account, userID, recipient, message, senderID, messageID, messageName, currency, encoding, priority, tags
    case customData, provider, deliveryState, idempotencyKey
}

extension AcceptedSend {
    fileprivate func text(_ column: TextColumn) -> String? {
        switch column {
        case .account: entry.account
        case .userID: entry.userID
        case .recipient: entry.recipient
        case .message: entry.message
        case .senderID: entry.senderID
        case .messageID: entry.messageID
        case .messageName: entry.messageName
        case .currency: entry.currency
        case .encoding: entry.encoding
        case .priority: entry.priority
        case .tags: tagsArray
        case .customData: entry.customDataJSON
        case .provider: entry.provider
        case .deliveryState: entry.deliveryState
        case .idempotencyKey: idempotencyKey
        }
    }
}
