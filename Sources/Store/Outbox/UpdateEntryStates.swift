import Domain
import PostgresClient

/// Writes computed states to entries, which the transaction has locked; entries that hold theirs already get no new
/// version.
///
/// The provider's local time of delivery becomes an instant here, by Postgres's own time zone tables.
public struct UpdateEntryStates: Statement {
    public static let sql = """
        UPDATE outbox.entry AS e
        SET status = given.status, delivery_state = given.delivery_state, delivered_at = given.delivered_at,
            sent_at = given.sent_at, last_attempt_at = given.last_attempt_at, retry_count = given.retry_count,
            error_details = given.error_details
        FROM (
            SELECT id, status, delivery_state, sent_at, last_attempt_at, retry_count, error_details,
                   coalesce(delivered_local AT TIME ZONE $10, delivered_received) AS delivered_at
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamp[], $5::timestamptz[], $6::timestamptz[],
                        $7::timestamptz[], $8::integer[], $9::text[])
                AS computed (id, status, delivery_state, delivered_local, delivered_received, sent_at,
                             last_attempt_at, retry_count, error_details)
        ) AS given
        WHERE e.id = given.id
          AND (e.status, e.delivery_state, e.delivered_at, e.sent_at, e.last_attempt_at, e.retry_count,
               e.error_details)
              IS DISTINCT FROM
              (given.status, given.delivery_state, given.delivered_at, given.sent_at, given.last_attempt_at,
               given.retry_count, given.error_details)
        """
    let states: [(id: EntryID, state: EntryState)]
    let timeZone: String

    /// Writes these; `timeZone` is the zone of the provider's local times, by a name Postgres knows.
    public init(_ states: [(id: EntryID, state: EntryState)], timeZone: String) {
        self.states = states
        self.timeZone = timeZone
    }

    public func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var status = ArrayParameter(.text)
        var deliveryState = ArrayParameter(.text)
        var deliveredLocal = ArrayParameter(.timestamp)
        var deliveredReceived = ArrayParameter(.timestamptz)
        var sentAt = ArrayParameter(.timestamptz)
        var lastAttemptAt = ArrayParameter(.timestamptz)
        var retryCount = ArrayParameter(.int4)
        var errorDetails = ArrayParameter(.text)
        for (entryID, state) in states {
            id.append(uuid: entryID.rawValue)
            status.append(state.status.rawValue)
            deliveryState.append(state.deliveryState.rawValue)
            var local: LocalTime?
            var received: Timestamp?
            switch state.deliveredAt {
            case .provider(let time): local = time
            case .received(let time): received = time
            case nil: break
            }
            deliveredLocal.append(optional: local) { $0.append(microseconds: $1.microseconds) }
            deliveredReceived.append(optional: received) { $0.append(microseconds: $1.microseconds) }
            sentAt.append(optional: state.sentAt) { $0.append(microseconds: $1.microseconds) }
            lastAttemptAt.append(optional: state.lastAttemptAt) { $0.append(microseconds: $1.microseconds) }
            retryCount.append(state.retryCount)
            errorDetails.append(optional: state.errorDetails) { $0.append($1) }
        }
        for array in [
            id, status, deliveryState, deliveredLocal, deliveredReceived, sentAt, lastAttemptAt, retryCount,
            errorDetails,
        ] { parameters.append(array) }
        parameters.append(timeZone)
    }

    /// How many changed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
