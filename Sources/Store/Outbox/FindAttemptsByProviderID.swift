import Domain
import PostgresClient

/// Finds attempts by the ids the provider gave them.
package struct FindAttemptsByProviderID: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
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
    package init(_ ids: [String], provider: String) {
        self.ids = ids
        self.provider = provider
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(texts: ids)
        parameters.append(provider)
    }

    /// What was found; the ordinals are places in the ids.
    package func decode(_ rows: Rows) throws(PostgresError) -> [AttemptCandidate] {
        try rows.map { row throws(PostgresError) in
            AttemptCandidate(
                ordinal: Int(try row.int64(in: 1...Int64.max)) - 1, attemptID: AttemptID(rawValue: try row.uuid()),
                entryID: EntryID(rawValue: try row.uuid()), recipientPhoneNumber: try row.text())
        }
    }
}
