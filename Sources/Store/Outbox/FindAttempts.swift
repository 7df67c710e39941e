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
}

/// Finds attempts by their own ids, and with each the evidence of its entry, in the same look: who stores new evidence of
/// the entry then knows the whole of it, where ``StoredEvidence/isWhole``. See ``ReadEvidence`` and ``RefreshEntries``.
public struct FindAttemptsByID: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// Parsed and planned once.
    public static let isPrepared = true
    /// The statement.
    public static let sql = """
        SELECT wanted.ordinal, \(ReadEvidence.fields), e.id, own.id, own.recipient_phone_number
        FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, ordinal)
        CROSS JOIN LATERAL (
            SELECT one.id, one.entry_id, one.recipient_phone_number
            FROM outbox.attempt AS one
            WHERE one.id = wanted.id
              AND one.provider = $2
            OFFSET 0  -- fence, see ReadEvidence
        ) AS own
        JOIN outbox.entry AS e ON e.id = own.entry_id
        \(ReadEvidence.joins)
        """
    let ids: [AttemptID]
    let provider: String

    /// Looks these up among one provider's attempts. They must be distinct: each brings the evidence of its entry.
    public init(_ ids: [AttemptID], provider: String) {
        self.ids = ids
        self.provider = provider
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(ArrayParameter(ids))
        parameters.append(provider)
    }

    /// What was found; the ordinals are places in the ids.
    public func decode(_ rows: Rows) throws(PostgresError) -> [(attempt: AttemptCandidate, entry: StoredEvidence)] {
        var found = [(attempt: AttemptCandidate, entry: StoredEvidence)?](repeating: nil, count: ids.count)
        for index in 0..<rows.count {
            let row = rows[index]
            let place = Int(try row.int64(0)) - 1
            guard found.indices.contains(place) else {
                throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "ordinal")
            }
            if found[place] == nil {
                let entryID = EntryID(rawValue: try row.uuid(29))
                found[place] = (
                    AttemptCandidate(
                        ordinal: place, attemptID: AttemptID(rawValue: try row.uuid(30)), entryID: entryID,
                        recipientPhoneNumber: try row.text(31)),
                    try StoredEvidence(row, id: entryID)
                )
            }
            try found[place]?.entry.add(row)
        }
        return found.compactMap(\.self)
    }
}

/// Finds attempts by the ids the provider gave them.
public struct FindAttemptsByProviderID: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT wanted.ordinal, a.id, a.entry_id, a.recipient_phone_number
        FROM unnest($1::text[]) WITH ORDINALITY AS wanted (provider_message_id, ordinal)
        CROSS JOIN LATERAL (
            SELECT one.id, one.entry_id, one.recipient_phone_number
            FROM outbox.attempt AS one
            WHERE one.provider_message_id = wanted.provider_message_id
              AND one.provider = $2
            OFFSET 0  -- fence, see ReadEvidence
        ) AS a
        """
    let ids: [String]
    let provider: String

    /// Looks these up among one provider's attempts. They should be distinct: each brings every attempt that has it.
    public init(_ ids: [String], provider: String) {
        self.ids = ids
        self.provider = provider
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(texts: ids)
        parameters.append(provider)
    }

    /// What was found; the ordinals are places in the ids.
    public func decode(_ rows: Rows) throws(PostgresError) -> [AttemptCandidate] {
        try rows.map { row throws(PostgresError) in
            AttemptCandidate(
                ordinal: Int(try row.int64(0)) - 1, attemptID: AttemptID(rawValue: try row.uuid(1)),
                entryID: EntryID(rawValue: try row.uuid(2)), recipientPhoneNumber: try row.text(3))
        }
    }
}
