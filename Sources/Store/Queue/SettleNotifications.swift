import Domain
import PostgresClient

/// What becomes of a leased notification.
package struct NotificationSettlement: Sendable, Equatable {
    /// The delivery.
    package var key: NotificationKey
    /// The lease's number.
    package var fence: Int64
    /// When it is due again, from now; nil takes it out of the queue.
    package var dueAfter: Duration?
    /// Whether it was tried.
    package var counts: Bool

    package init(key: NotificationKey, fence: Int64, dueAfter: Duration?, counts: Bool) {
        self.key = key
        self.fence = fence
        self.dueAfter = dueAfter
        self.counts = counts
    }
}

/// Ends leases: takes the rows out of the queue or makes them due again. Rows whose lease was lost stay as they are.
///
/// Locks: the rows. Repeated, it finds none of them.
package struct SettleNotifications: Statement {
    package static let sql = LeaseSQL.settle(
        "queue.notification", key: ["notification_id", "endpoint_id"],
        given: """
            unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::integer[])
                    AS given (notification_id, endpoint_id, fence, due_microseconds, counted)
            """, again: "tries = q.tries + given.counted")
    let owner: UInt128
    let settlements: [NotificationSettlement]

    /// Settles these leases of a process.
    package init(_ settlements: [NotificationSettlement], owner: UInt128) {
        self.owner = owner
        self.settlements = settlements
    }

    package func bind(_ parameters: inout Parameters) {
        var fence = ArrayParameter(.int8)
        var due = ArrayParameter(.int8)
        var counted = ArrayParameter(.int4)
        for one in settlements {
            fence.append(one.fence)
            due.append(optional: one.dueAfter) { $0.append($1.wholeMicroseconds) }
            counted.append(Int32(one.counts ? 1 : 0))
        }
        parameters.append(uuid: owner)
        parameters.append(ArrayParameter(settlements.map(\.key.notificationID)))
        parameters.append(ArrayParameter(settlements.map(\.key.endpointID)))
        for array in [fence, due, counted] { parameters.append(array) }
    }

    /// Those whose lease was still held.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<NotificationKey> {
        Set(
            try rows.map { row throws(PostgresError) in
                NotificationKey(
                    notificationID: NotificationID(rawValue: try row.uuid()),
                    endpointID: EndpointID(rawValue: try row.uuid()))
            })
    }
}
