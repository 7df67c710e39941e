import Domain
import PostgresClient

/// An attempt that is looked up, by this process or another, or waits for it.
package struct SoughtAttempt: Sendable, Equatable {
    /// The attempt.
    package var attemptID: AttemptID
    /// Its entry.
    package var entryID: EntryID
    /// Who pays.
    package var account: String
    /// Unclear or accepted; nothing else waits.
    package var state: AttemptState

    package init(attemptID: AttemptID, entryID: EntryID, account: String, state: AttemptState) {
        self.attemptID = attemptID
        self.entryID = entryID
        self.account = account
        self.state = state
    }
}

extension LeasedLookup {
    /// The attempt it is about.
    package var attempt: SoughtAttempt {
        SoughtAttempt(attemptID: attemptID, entryID: entryID, account: account, state: state)
    }
}

/// Of the messages that a provider shows, finds those whose outcome is unknown or whose receipt is overdue, by our own
/// ids and by the provider's.
///
/// The fences keep each one a look-up by index (see ``ReadEvidence``), because most of a page is none of these.
package struct FindSoughtAttempts: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT wanted.ordinal, k.attempt_id, k.entry_id, e.account, a.state
        FROM (
            SELECT given.ordinal, given.id FROM unnest($2::bigint[], $3::uuid[]) AS given (ordinal, id)
            UNION ALL
            SELECT given.ordinal, own.id
            FROM unnest($4::text[]) WITH ORDINALITY AS given (message_id, ordinal)
            CROSS JOIN LATERAL (
                SELECT one.id
                FROM outbox.attempt AS one
                WHERE one.provider_message_id = given.message_id
                  AND one.provider = $1
                OFFSET 0  -- fence
            ) AS own
        ) AS wanted
        CROSS JOIN LATERAL (
            SELECT one.attempt_id, one.entry_id
            FROM queue.lookup AS one
            WHERE one.attempt_id = wanted.id
              AND one.provider = $1
              AND (one.priority = 0 OR one.tries > 0 OR one.due_at <= now())
            OFFSET 0  -- fence
        ) AS k
        CROSS JOIN LATERAL (
            SELECT one.state FROM outbox.attempt AS one WHERE one.id = k.attempt_id
            OFFSET 0  -- fence
        ) AS a
        CROSS JOIN LATERAL (
            SELECT one.account FROM outbox.entry AS one WHERE one.id = k.entry_id
            OFFSET 0  -- fence
        ) AS e
        WHERE a.state IN ('unclear', 'accepted')
        """
    let messageIDs: [String]
    let provider: String

    /// Looks these up among one provider's attempts.
    package init(_ messageIDs: [String], provider: String) {
        self.messageIDs = messageIDs
        self.provider = provider
    }

    package func bind(_ parameters: inout Parameters) {
        var ordinal = ArrayParameter(.int8)
        var id = ArrayParameter(.uuid)
        var messageID = ArrayParameter(.text)
        for (index, text) in messageIDs.enumerated() {
            messageID.append(text)
            guard let own = AttemptID(text) else { continue }
            ordinal.append(Int64(index + 1))
            id.append(uuid: own.rawValue)
        }
        parameters.append(provider)
        for array in [ordinal, id, messageID] { parameters.append(array) }
    }

    /// Those found, each with the place of its message among the ids.
    package func decode(_ rows: Rows) throws(PostgresError) -> [(place: Int, attempt: SoughtAttempt)] {
        try rows.map { row throws(PostgresError) in
            let place = Int(try row.int64(in: 1...Int64.max)) - 1
            guard messageIDs.indices.contains(place) else {
                throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "ordinal")
            }
            return (
                place,
                SoughtAttempt(
                    attemptID: AttemptID(rawValue: try row.uuid()), entryID: EntryID(rawValue: try row.uuid()),
                    account: try row.text(), state: try row.value())
            )
        }
    }
}
