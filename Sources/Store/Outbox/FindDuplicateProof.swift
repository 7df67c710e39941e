import Domain
import PostgresClient

/// Finds the earlier attempt that a provider's "duplicate" proves to have been taken.
///
/// The provider remembers text and number for 5 minutes, so with its clock and the way there an attempt of the last 6
/// can have been it: the latest of the same cycle that may have been taken (by one of an older cycle this one would end
/// without an outcome of its own), provided that no other entry, and no other cycle of this one, handed the same text to
/// that number in that time, whatever came of it.
///
/// Taken may have been one whose outcome is not known, and also, beyond DESIGN's "earlier unclear attempt", one that was
/// answered with a failure of class *retry* and no code of the provider's (`not_sent`, counted). Such an answer, a gateway's
/// 504 say, tells that somebody on the way failed, not that the provider took nothing; where nobody else sent the text, its
/// word for a duplicate is the better evidence. To send once more when it has forgotten would be a second SMS. One that the
/// provider itself said it had failed to submit (88, 99) was not taken, nor one that does not count (*wait*, *pause*,
/// nothing written).
package struct FindDuplicateProof: Statement {
    package static let access = StatementAccess.reads
    /// What the provider may remember.
    package static let window = Duration.seconds(360)
    /// Attempts may have been recorded this long before they are dispatched, and ids carry the earlier time.
    static let preparedMax = Duration.seconds(32 * 86_400)
    package static let sql = """
        SELECT earlier.id
        FROM outbox.attempt AS mine
        JOIN outbox.entry AS e ON e.id = mine.entry_id
        JOIN outbox.attempt AS earlier ON earlier.entry_id = mine.entry_id
        WHERE mine.id = $1
          AND earlier.cycle = mine.cycle
          AND earlier.number < mine.number
          AND (earlier.state IN ('unclear', 'dispatched') 
               OR earlier.state = 'not_sent' AND earlier.counts AND earlier.provider_code IS NULL)
          AND earlier.dispatched_at > mine.dispatched_at - $2
          AND NOT EXISTS (
              SELECT
              FROM outbox.attempt AS other
              JOIN outbox.entry AS o ON o.id = other.entry_id
              WHERE other.recipient_phone_number = mine.recipient_phone_number
                AND other.id > $3
                AND (other.entry_id <> mine.entry_id OR other.cycle <> mine.cycle)
                AND other.dispatched_at > mine.dispatched_at - $2
                AND other.provider = mine.provider
                AND o.message = e.message)
        ORDER BY earlier.number DESC
        LIMIT 1
        """
    let attemptID: AttemptID

    /// Asks about the attempt that the provider called a duplicate.
    package init(of attemptID: AttemptID) { self.attemptID = attemptID }

    package func bind(_ parameters: inout Parameters) {
        let oldest = attemptID.timestamp - Self.preparedMax
        parameters.append(uuid: attemptID.rawValue)
        parameters.append(interval: Self.window)
        parameters.append(uuid: AttemptID(at: oldest, random: (0, 0)).rawValue)
    }

    /// The attempt, if there is one.
    package func decode(_ rows: Rows) throws(PostgresError) -> AttemptID? {
        try rows.optionalSingle { row throws(PostgresError) in AttemptID(rawValue: try row.uuid()) }
    }
}
