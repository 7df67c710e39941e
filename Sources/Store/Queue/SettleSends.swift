import Domain
import PostgresClient

/// What becomes of a leased send.
package struct SendSettlement: Sendable, Equatable {
    /// The entry.
    package var entryID: EntryID
    /// The lease's number.
    package var fence: Int64
    /// When it is due again, from now; nil takes it out of the queue.
    package var dueAfter: Duration?
    /// Whether the attempt that was made counts against the cap.
    package var counts: Bool

    package init(entryID: EntryID, fence: Int64, dueAfter: Duration?, counts: Bool) {
        self.entryID = entryID
        self.fence = fence
        self.dueAfter = dueAfter
        self.counts = counts
    }
}

/// Ends leases: takes the rows out of the queue or makes them due again. Rows whose lease was lost stay as they are.
///
/// Locks: the rows. Repeated, it finds none of them.
package struct SettleSends: Statement {
    package static let sql = LeaseSQL.settle(
        "queue.send", key: ["entry_id"],
        given: """
            unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::integer[])
                    AS given (entry_id, fence, due_microseconds, counted)
            """, again: "tries = q.tries + 1, counted = q.counted + given.counted, attempt_id = NULL")
    let owner: UInt128
    let settlements: [SendSettlement]

    /// Settles these leases of a process.
    package init(_ settlements: [SendSettlement], owner: UInt128) {
        self.owner = owner
        self.settlements = settlements
    }

    package func bind(_ parameters: inout Parameters) {
        var entryID = ArrayParameter(.uuid)
        var fence = ArrayParameter(.int8)
        var due = ArrayParameter(.int8)
        var counted = ArrayParameter(.int4)
        for one in settlements {
            entryID.append(uuid: one.entryID.rawValue)
            fence.append(one.fence)
            due.append(optional: one.dueAfter) { $0.append($1.wholeMicroseconds) }
            counted.append(Int32(one.counts ? 1 : 0))
        }
        parameters.append(uuid: owner)
        for array in [entryID, fence, due, counted] { parameters.append(array) }
    }

    /// The entries whose lease was still held.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<EntryID> {
        Set(try rows.map { row throws(PostgresError) in EntryID(rawValue: try row.uuid()) })
    }
}
