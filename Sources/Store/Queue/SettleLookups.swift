import Domain
import PostgresClient

/// What becomes of a leased look-up.
package struct LookupSettlement: Sendable, Equatable {
    /// The attempt.
    package var attemptID: AttemptID
    /// The lease's number.
    package var fence: Int64
    /// When to look again, from now; nil ends it.
    package var dueAfter: Duration?
    /// The time left until the deadline as it stands now; a later one stays.
    package var timeLeft: Duration

    package init(attemptID: AttemptID, fence: Int64, dueAfter: Duration?, timeLeft: Duration) {
        self.attemptID = attemptID
        self.fence = fence
        self.dueAfter = dueAfter
        self.timeLeft = timeLeft
    }
}

/// Ends leases of look-ups: removes the rows, or makes them due again. Rows whose lease was lost stay as they are.
///
/// Locks: the rows.
package struct SettleLookups: Statement {
    package static let sql = LeaseSQL.settle(
        "queue.lookup", key: ["attempt_id"],
        given: """
            unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])
                    AS given (attempt_id, fence, due_microseconds, left_microseconds)
            """,
        again: """
            tries = q.tries + 1,
                    deadline_at = greatest(q.deadline_at, now() + given.left_microseconds * interval '1 microsecond')
            """)
    let owner: UInt128
    let settlements: [LookupSettlement]

    /// Settles these leases of a process.
    package init(_ settlements: [LookupSettlement], owner: UInt128) {
        self.owner = owner
        self.settlements = settlements
    }

    package func bind(_ parameters: inout Parameters) {
        var attemptID = ArrayParameter(.uuid)
        var fence = ArrayParameter(.int8)
        var due = ArrayParameter(.int8)
        var left = ArrayParameter(.int8)
        for one in settlements {
            attemptID.append(uuid: one.attemptID.rawValue)
            fence.append(one.fence)
            due.append(optional: one.dueAfter) { $0.append($1.wholeMicroseconds) }
            left.append(one.timeLeft.wholeMicroseconds)
        }
        parameters.append(uuid: owner)
        for array in [attemptID, fence, due, left] { parameters.append(array) }
    }

    /// The attempts whose lease was still held.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<AttemptID> {
        Set(try rows.map { row throws(PostgresError) in AttemptID(rawValue: try row.uuid()) })
    }
}
