import Domain
import PostgresClient

/// An attempt that a receipt may belong to.
public struct AttemptCandidate: Sendable, Equatable {
    /// Which of the asked keys found it.
    public var ordinal: Int
    /// The attempt.
    public var attemptID: AttemptID
    /// The entry it is an attempt of.
    public var entryID: EntryID
    /// The number it was handed over for, as the outbox writes it.
    public var recipientPhoneNumber: String

    init(_ row: Row) throws(PostgresError) {
        ordinal = Int(try row.int32(0))
        attemptID = AttemptID(rawValue: try row.uuid(1))
        entryID = EntryID(rawValue: try row.uuid(2))
        recipientPhoneNumber = try row.text(3)
    }
}

/// Finds attempts by their own ids.
public struct FindAttemptsByID: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT wanted.ordinal, a.id, a.entry_id, a.recipient_phone_number
        FROM unnest($1::integer[], $2::uuid[]) AS wanted (ordinal, id)
        JOIN outbox.attempt AS a ON a.id = wanted.id
        WHERE a.provider = $3
        """
    let keys: [(ordinal: Int, id: AttemptID)]
    let provider: String

    /// Looks these up among one provider's attempts.
    public init(_ keys: [(ordinal: Int, id: AttemptID)], provider: String) {
        self.keys = keys
        self.provider = provider
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var ordinals = ArrayParameter(.int4)
        var ids = ArrayParameter(.uuid)
        for key in keys {
            ordinals.append(Int32(key.ordinal))
            ids.append(uuid: key.id.rawValue)
        }
        parameters.append(ordinals)
        parameters.append(ids)
        parameters.append(provider)
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> [AttemptCandidate] {
        try rows.map { row throws(PostgresError) in try AttemptCandidate(row) }
    }
}

/// Finds attempts by the ids the provider gave them.
public struct FindAttemptsByProviderID: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT wanted.ordinal, a.id, a.entry_id, a.recipient_phone_number
        FROM unnest($1::integer[], $2::text[]) AS wanted (ordinal, provider_message_id)
        CROSS JOIN LATERAL (
            SELECT one.id, one.entry_id, one.recipient_phone_number
            FROM outbox.attempt AS one
            WHERE one.provider_message_id = wanted.provider_message_id
              AND one.provider = $3
            OFFSET 0  -- fence, see ReadEvidence
        ) AS a
        """
    let keys: [(ordinal: Int, providerMessageID: String)]
    let provider: String

    /// Looks these up among one provider's attempts.
    public init(_ keys: [(ordinal: Int, providerMessageID: String)], provider: String) {
        self.keys = keys
        self.provider = provider
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var ordinals = ArrayParameter(.int4)
        var ids = ArrayParameter(.text)
        for key in keys {
            ordinals.append(Int32(key.ordinal))
            ids.append(key.providerMessageID)
        }
        parameters.append(ordinals)
        parameters.append(ids)
        parameters.append(provider)
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> [AttemptCandidate] {
        try rows.map { row throws(PostgresError) in try AttemptCandidate(row) }
    }
}
