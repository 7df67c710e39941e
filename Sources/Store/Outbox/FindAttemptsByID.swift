import Domain
import PostgresClient

/// Finds attempts by their own ids, and with each the evidence of its entry, in the same look: who stores new evidence of
/// the entry then knows the whole of it, where ``StoredEvidence/isWhole``. See ``ReadEvidence`` and ``RefreshEntries``.
package struct FindAttemptsByID: Statement {
    package static let access = StatementAccess.reads
    package static let isPrepared = true
    package static let sql = """
        SELECT wanted.ordinal, own.id, e.id, own.recipient_phone_number, \(ReadEvidence.fields)
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
    package init(_ ids: [AttemptID], provider: String) {
        self.ids = ids
        self.provider = provider
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(ArrayParameter(ids))
        parameters.append(provider)
    }

    /// What was found; the ordinals are places in the ids.
    package func decode(_ rows: Rows) throws(PostgresError) -> [(attempt: AttemptCandidate, entry: StoredEvidence)] {
        var found = [(attempt: AttemptCandidate, entry: StoredEvidence)?](repeating: nil, count: ids.count)
        try rows.forEach { row throws(PostgresError) in
            let place = Int(try row.int64(in: 1...Int64.max)) - 1
            guard found.indices.contains(place) else {
                throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "ordinal")
            }
            if found[place] == nil {
                let attempt = AttemptCandidate(
                    ordinal: place, attemptID: AttemptID(rawValue: try row.uuid()),
                    entryID: EntryID(rawValue: try row.uuid()), recipientPhoneNumber: try row.text())
                found[place] = (attempt, try StoredEvidence(&row, id: attempt.entryID))
            } else {
                row.skip(3 + StoredEvidence.columnCount)
            }
            try found[place]?.entry.add(&row)
        }
        return found.compactMap(\.self)
    }
}
