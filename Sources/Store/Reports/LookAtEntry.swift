import Domain
import PostgresClient

/// Where an entry stands, for a person who watches.
public struct EntryLook: Sendable, Equatable {
    /// What applications are told.
    public var status: String
    /// The exact state.
    public var deliveryState: String
    /// Attempts that were made so far.
    public var attempts: Int64
    /// Why it failed, or what it costs once it has not.
    public var details: String?
}

/// Looks at one entry.
public struct LookAtEntry: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT e.status, e.delivery_state,
               (SELECT count(*) FROM outbox.attempt AS a WHERE a.entry_id = e.id AND a.state <> 'prepared'),
               CASE e.status WHEN 'pending' THEN NULL WHEN 'sent' THEN 'costs ' || trim_scale(e.total_cost) || ' ' || e.currency
                   ELSE e.error_details || ' Costs ' || trim_scale(e.total_cost) || ' ' || e.currency || '.' END
        FROM outbox.entry AS e
        WHERE e.id = $1
        """
    let id: EntryID

    /// Looks at this one.
    public init(_ id: EntryID) { self.id = id }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    /// What was found; nil where it is not there.
    public func decode(_ rows: Rows) throws(PostgresError) -> EntryLook? {
        guard rows.count > 0 else { return nil }
        let row = rows[0]
        return EntryLook(
            status: try row.text(0), deliveryState: try row.text(1), attempts: try row.int64(2),
            details: try row.optionalText(3))
    }
}
