import Domain
import PostgresClient

/// A computed state, and the revision it was computed from.
package struct ComputedState: Sendable {
    /// The entry.
    package var id: EntryID
    /// What the evidence was read at.
    package var revision: Int32
    /// What it comes to.
    package var state: EntryState

    package init(id: EntryID, revision: Int32, state: EntryState) {
        self.id = id
        self.revision = revision
        self.state = state
    }
}

/// Writes computed states to entries that are still at the revision they were computed from.
///
/// If another transaction computed a state in between, this one waits for its end, finds another revision, and writes
/// nothing: the caller reads again, and sees that transaction's evidence. The revision rises even where the state stays
/// the same, because the evidence changed. This replaces a lock taken before reading, which cost a sixth of a batch's
/// time. Locks: the rows, in the order given where the plan follows it, which must be ascending.
///
/// The amount owed is the number of owed cycles times the price that was fixed when the entry was accepted.
///
/// The provider's local time of delivery becomes an instant here, by Postgres's time zone tables.
package struct UpdateEntryStates: Statement {
    package static let isPrepared = true
    package static let sql = """
        UPDATE outbox.entry AS e
        SET status = given.status, delivery_state = given.delivery_state, delivered_at = given.delivered_at,
            sent_at = given.sent_at, last_attempt_at = given.last_attempt_at, retry_count = given.retry_count,
            error_details = given.error_details, revision = given.revision + 1, owed_cycles = given.owed_cycles,
            total_cost = e.cost_per_unit * e.sms_units_used * given.owed_count
        FROM (
            SELECT id, revision, status, delivery_state, sent_at, last_attempt_at, retry_count, error_details,
                   owed_cycles, owed_count,
                   coalesce(delivered_local AT TIME ZONE $11, delivered_received) AS delivered_at
            FROM (
                -- In the list, as in InsertReceipts.
                SELECT unnest($1::uuid[]) AS id, unnest($2::text[]) AS status, unnest($3::text[]) AS delivery_state,
                       unnest($4::timestamp[]) AS delivered_local, unnest($5::timestamptz[]) AS delivered_received,
                       unnest($6::timestamptz[]) AS sent_at, unnest($7::timestamptz[]) AS last_attempt_at,
                       unnest($8::integer[]) AS retry_count, unnest($9::text[]) AS error_details,
                       unnest($10::integer[]) AS revision, unnest($12::bigint[]) AS owed_cycles,
                       unnest($13::integer[]) AS owed_count
            ) AS computed
        ) AS given
        WHERE e.id = given.id
          AND e.revision = given.revision
        RETURNING e.id
        """
    let states: [ComputedState]
    let timeZone: String

    /// Writes these; `timeZone` is the zone of the provider's local times, by a name Postgres knows.
    package init(_ states: [ComputedState], timeZone: String) {
        self.states = states
        self.timeZone = timeZone
    }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var status = ArrayParameter(.text)
        var deliveryState = ArrayParameter(.text)
        var deliveredLocal = ArrayParameter(.timestamp)
        var deliveredReceived = ArrayParameter(.timestamptz)
        var sentAt = ArrayParameter(.timestamptz)
        var lastAttemptAt = ArrayParameter(.timestamptz)
        var retryCount = ArrayParameter(.int4)
        var errorDetails = ArrayParameter(.text)
        var revision = ArrayParameter(.int4)
        var owedCycles = ArrayParameter(.int8)
        var owedCount = ArrayParameter(.int4)
        for computed in states {
            let state = computed.state
            id.append(uuid: computed.id.rawValue)
            revision.append(computed.revision)
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
            owedCycles.append(state.owedCycles.rawValue)
            owedCount.append(Int32(state.owedCycles.count))
        }
        for array in [
            id, status, deliveryState, deliveredLocal, deliveredReceived, sentAt, lastAttemptAt, retryCount,
            errorDetails, revision,
        ] { parameters.append(array) }
        parameters.append(timeZone)
        parameters.append(owedCycles)
        parameters.append(owedCount)
    }

    /// The entries that were written.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<EntryID> {
        Set(try rows.map { row throws(PostgresError) in EntryID(rawValue: try row.uuid()) })
    }
}
