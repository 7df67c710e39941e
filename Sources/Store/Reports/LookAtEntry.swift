import Domain
import PostgresClient

/// Where an entry stands, for a person who watches.
package struct EntryLook: Sendable, Equatable {
    /// What applications are told.
    package var status: EntryStatus
    /// The exact state.
    package var deliveryState: DeliveryState
    /// Attempts that were made so far.
    package var attempts: Int64
    /// Why it failed, or what it costs once it has not.
    package var details: String?
}

/// Looks at one entry.
package struct LookAtEntry: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT e.status, e.delivery_state,
               (SELECT count(*) FROM outbox.attempt AS a WHERE a.entry_id = e.id AND a.state <> 'prepared'),
               CASE e.status WHEN 'pending' THEN NULL WHEN 'sent' THEN 'costs ' || trim_scale(e.total_cost) || ' ' || e.currency
                   ELSE e.error_details || ' Costs ' || trim_scale(e.total_cost) || ' ' || e.currency || '.' END
        FROM outbox.entry AS e
        WHERE e.id = $1
        """
    let id: EntryID

    /// Looks at this one.
    package init(_ id: EntryID) { self.id = id }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    /// What was found; nil where it is not there.
    package func decode(_ rows: Rows) throws(PostgresError) -> EntryLook? {
        try rows.optionalSingle { row throws(PostgresError) in
            EntryLook(
                status: try row.value(), deliveryState: try row.value(), attempts: try row.int64(),
                details: try row.optionalText())
        }
    }
}
