import Domain
import PostgresClient

/// What an inbound SMS says about the sender's wish to be sent to.
package struct SuppressionRecord: Sendable, Equatable {
    /// Whose key or token it came with, and who sent it.
    package var pair: SuppressionPair
    /// Which provider's SMS it is.
    package var source: SuppressionSource
    /// The SMS's own key, the same in every copy of it.
    package var eventKey: String
    /// What follows.
    package var kind: SuppressionKind
    /// When this copy was taken in.
    package var receivedAt: Timestamp
    /// The raw webhook.
    package var webhookID: WebhookID
    /// The word that it is.
    package var word: String

    package init(
        pair: SuppressionPair, source: SuppressionSource, eventKey: String, kind: SuppressionKind,
        receivedAt: Timestamp, webhookID: WebhookID, word: String
    ) {
        self.pair = pair
        self.source = source
        self.eventKey = eventKey
        self.kind = kind
        self.receivedAt = receivedAt
        self.webhookID = webhookID
        self.word = word
    }

    /// Whether both are copies of one event.
    package func isCopy(of other: SuppressionRecord) -> Bool {
        keys.indices.allSatisfy { keys[$0].elementsEqual(other.keys[$0]) }
    }

    /// The order in which every worker writes them, the earliest copy of an event first.
    package static func isBefore(_ left: SuppressionRecord, _ right: SuppressionRecord) -> Bool {
        for (one, other) in zip(left.keys, right.keys) where !one.elementsEqual(other) {
            return one.lexicographicallyPrecedes(other)
        }
        return (left.receivedAt, left.webhookID) < (right.receivedAt, right.webhookID)
    }

    private var keys: [String.UTF8View] {
        [pair.account.utf8, pair.number.utf8, source.name.utf8, eventKey.utf8, kind.rawValue.utf8]
    }
}

/// Records what inbound SMS say. If an event exists already, its earlier copy stands, so that its place in the order
/// does not depend on which copy was processed first. No event is dated later than now, the database's: taken in by an
/// ingress whose clock is fast, a START would override every STOP that comes meanwhile, and so would a lift by hand,
/// which comes after the STOP that it lifts. Only what such a clock dated has its place by when it was processed.
///
/// Must be given in ascending order of key, each key once (see ``InsertReceipts``). Locks: the rows.
package struct InsertSuppressionEvents: Statement {
    package static let sql = """
        INSERT INTO outbox.suppression_event AS e
            (account, number, source, event_key, kind, received_at, webhook_id, word)
        SELECT account, number, source, event_key, kind,
               least(received_at, now()), webhook_id, word
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::uuid[],
                    $8::text[])
            AS given (account, number, source, event_key, kind, received_at, webhook_id, word)
        ON CONFLICT (account, number, source, event_key, kind) DO UPDATE
        SET received_at = excluded.received_at, webhook_id = excluded.webhook_id, word = excluded.word
        WHERE (excluded.received_at, excluded.webhook_id) < (e.received_at, e.webhook_id)
        """
    let records: [SuppressionRecord]

    /// Records these.
    package init(_ records: [SuppressionRecord]) { self.records = records }

    package func bind(_ parameters: inout Parameters) {
        var texts = [ArrayParameter](repeating: ArrayParameter(.text), count: 5)
        var receivedAt = ArrayParameter(.timestamptz)
        var webhookID = ArrayParameter(.uuid)
        var word = ArrayParameter(.text)
        for record in records {
            let values = [
                record.pair.account, record.pair.number, record.source.name, record.eventKey, record.kind.rawValue,
            ]
            for (place, value) in values.enumerated() { texts[place].append(value) }
            receivedAt.append(microseconds: record.receivedAt.microseconds)
            webhookID.append(uuid: record.webhookID.rawValue)
            word.append(record.word)
        }
        for array in texts + [receivedAt, webhookID, word] { parameters.append(array) }
    }
    /// How many were new, or earlier copies of what was there.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
