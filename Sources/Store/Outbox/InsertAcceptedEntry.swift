import Domain
import PostgresClient

/// Stores an entry with one attempt that the provider accepted, unless it exists: what a finished hand-over leaves, to
/// demonstrate what comes after it.
package struct InsertAcceptedEntry: Statement {
    package static let sql = """
        WITH entry AS (
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                 total_cost, currency, encoding, provider, status, delivery_state, created_at, sent_at,
                 last_attempt_at)
            SELECT $1, 'default', 'newcomer', $3, $5, 'POSTROOM', 1, 0.05, 0.05, 'USD', 'gsm7', 'nxtele', 'pending',
                   'accepted', now(), now(), now()
            WHERE NOT EXISTS (SELECT FROM outbox.attempt AS a WHERE a.provider_message_id = $4)
            RETURNING id
        )
        INSERT INTO outbox.attempt
            (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, provider_code,
             prepared_at, dispatched_at, settled_at)
        SELECT $2, entry.id, 0, 1, 'nxtele', $3, 'accepted', $4, '0', now(), now(), now() FROM entry
        """
    let entryID: EntryID
    let attemptID: AttemptID
    let recipient: PhoneNumber
    let providerMessageID: String
    let message: String

    /// Stores this one.
    package init(
        entryID: EntryID, attemptID: AttemptID, recipient: PhoneNumber, providerMessageID: String, message: String
    ) {
        self.entryID = entryID
        self.attemptID = attemptID
        self.recipient = recipient
        self.providerMessageID = providerMessageID
        self.message = message
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: entryID.rawValue)
        parameters.append(uuid: attemptID.rawValue)
        parameters.append(recipient.e164)
        parameters.append(providerMessageID)
        parameters.append(message)
    }
}
