import Domain
import PostgresClient

/// A change to the suppression list that somebody entered.
package struct EnteredSuppression: Sendable, Equatable {
    /// Account and number.
    package var pair: SuppressionPair
    /// What is to hold.
    package var kind: SuppressionKind
    /// By which way it was entered.
    package var source: SuppressionSource
    /// An id of the request, so that it is recorded once, however often the statement is run.
    package var eventKey: String
    /// Who entered it.
    package var actor: String
    /// Why; nil where nothing was said.
    package var note: String?

    /// The most characters of a note.
    package static let noteLengthMax = 256

    /// Makes one, with a key of its own.
    package init(
        pair: SuppressionPair, kind: SuppressionKind, source: SuppressionSource, actor: String, note: String?
    ) {
        self.pair = pair
        self.kind = kind
        self.source = source
        self.eventKey = ReceiptKey(rawValue: .random(in: 0 ... .max)).description
        self.actor = actor
        self.note = note
    }
}

/// Records a change to the suppression list, unless it holds already.
///
/// It takes its place after all that is known, even after an SMS that a machine with a fast clock took in: the person
/// who enters it has the last word on what was there. A lift comes right behind what it lifts, and before whatever comes
/// from then on: dated by the database's clock, it would override a STOP that comes later to a machine whose clock is
/// behind that. Locks: the new row.
package struct RecordSuppression: Statement {
    package static let sql = """
        WITH latest AS (
            SELECT e.kind, e.received_at
            FROM outbox.suppression_event AS e
            WHERE e.account = $1
              AND e.number = $2
            ORDER BY e.received_at DESC, e.kind DESC
            LIMIT 1
        )
        INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, actor, note)
        SELECT $1, $2, $3, $4, $5,
               -- Nothing can be lifted where there is nothing.
               greatest(CASE $5 WHEN 'suppressed' THEN now() END,
                        (SELECT l.received_at FROM latest AS l) + interval '1 microsecond'),
               $6, $7
        WHERE coalesce((SELECT l.kind FROM latest AS l), 'lifted') <> $5
        ON CONFLICT DO NOTHING
        """
    let entered: EnteredSuppression

    /// Records this.
    package init(_ entered: EnteredSuppression) { self.entered = entered }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(entered.pair.account)
        parameters.append(entered.pair.number)
        parameters.append(entered.source.name)
        parameters.append(entered.eventKey)
        parameters.append(entered.kind.rawValue)
        parameters.append(entered.actor)
        parameters.append(entered.note)
    }

    /// Whether it changed anything.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
