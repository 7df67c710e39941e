import Domain
import PostgresClient

/// An event on the suppression list, as people see it.
package struct SuppressionRow: Sendable, Equatable {
    /// The recipient.
    package var number: String
    /// What it says.
    package var kind: SuppressionKind
    /// When the SMS came in, or when it was entered. Not always the order, which a lift does not take from the clock:
    /// see ``RecordSuppression``.
    package var receivedAt: Timestamp
    /// Who brought it: see ``SuppressionSource``.
    package var source: String
    /// The word of the SMS; nil where it was entered.
    package var word: String?
    /// Who entered it; nil of an SMS.
    package var actor: String?
    /// Why it was entered.
    package var note: String?
    /// The SMS's raw webhook; nil where it was entered.
    package var webhookID: WebhookID?

    /// The columns of a row of `outbox.suppression_event AS e`.
    static let columns =
        "e.number, e.kind, e.received_at, e.source, e.word, e.actor, e.note, e.webhook_id, e.recorded_at"

    init(_ row: inout Row) throws(PostgresError) {
        number = try row.text()
        kind = try row.value()
        let receivedAt = try row.timestamptz()
        source = try row.text()
        word = try row.optionalText()
        actor = try row.optionalText()
        note = try row.optionalText()
        webhookID = try row.optionalUUID().map { WebhookID(rawValue: $0) }
        let recordedAt = try row.timestamptz()
        self.receivedAt = Timestamp(microseconds: webhookID == nil ? recordedAt : receivedAt)
    }
}
