import PostgresClient

/// One line of what was tried.
package struct DeliveryRow: Sendable, Equatable {
    /// What was delivered, and to whom.
    package var key: NotificationKey
    /// What came of it.
    package var outcome: DeliveryOutcome
    /// HTTP status of the answer.
    package var statusCode: Int32?
    /// Why it failed, for people; at most 512 characters.
    package var detail: String?

    package init(key: NotificationKey, outcome: DeliveryOutcome, statusCode: Int32? = nil, detail: String? = nil) {
        self.key = key
        self.outcome = outcome
        self.statusCode = statusCode
        self.detail = detail
    }
}

/// Records tries in the order given; their numbers continue those there are. Only the holder of the lease may do so, in
/// the transaction that settles it: two at once would take the same number. Locks: the new rows.
package struct InsertDeliveries: Statement {
    package static let sql = """
        INSERT INTO alert.delivery (notification_id, endpoint_id, number, outcome, status_code, detail)
        SELECT given.notification_id, given.endpoint_id,
               (SELECT coalesce(max(d.number), 0) FROM alert.delivery AS d
                WHERE d.notification_id = given.notification_id AND d.endpoint_id = given.endpoint_id)
                   + row_number() OVER (PARTITION BY given.notification_id, given.endpoint_id ORDER BY given.place),
               given.outcome, given.status_code, given.detail
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::text[])
            WITH ORDINALITY AS given (notification_id, endpoint_id, outcome, status_code, detail, place)
        """
    let rows: [DeliveryRow]

    /// Writes these.
    package init(_ rows: [DeliveryRow]) { self.rows = rows }

    package func bind(_ parameters: inout Parameters) {
        var outcome = ArrayParameter(.text)
        var status = ArrayParameter(.int4)
        var detail = ArrayParameter(.text)
        for row in rows {
            outcome.append(row.outcome.rawValue)
            status.append(optional: row.statusCode) { $0.append($1) }
            detail.append(optional: row.detail) { $0.append($1) }
        }
        parameters.append(ArrayParameter(rows.map(\.key.notificationID)))
        parameters.append(ArrayParameter(rows.map(\.key.endpointID)))
        for array in [outcome, status, detail] { parameters.append(array) }
    }
}
