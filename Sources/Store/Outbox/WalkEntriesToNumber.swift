import PostgresClient

/// The same as ``WalkEntries`` for the entries to one number, by `entry_recipient_idx`.
package struct WalkEntriesToNumber: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT \(EntryRecord.columns), e.is_found, e.place = $9
        FROM (
            SELECT \(EntryRecord.storedColumns),
                   \(EntryFilter.conditions) AS is_found,
                   row_number() OVER (ORDER BY e.account DESC, e.recipient_phone_number DESC, e.id DESC) AS place
            FROM outbox.entry AS e
            WHERE (e.account, e.recipient_phone_number, e.id) < ($1, $11, $2::uuid)
              AND (e.account, e.recipient_phone_number, e.id) >= ($1, $11, $3::uuid)
            ORDER BY e.account DESC, e.recipient_phone_number DESC, e.id DESC
            LIMIT $9
        ) AS e
        WHERE e.is_found OR e.place = $9
        ORDER BY e.account DESC, e.recipient_phone_number DESC, e.id DESC
        LIMIT $10
        """
    let filter: EntryFilter
    let recipient: String
    let entriesMax: Int64
    let wanted: Int64

    /// Walks over up to `entriesMax` and finds up to `wanted`; both above 0.
    package init(_ filter: EntryFilter, to recipient: String, entriesMax: Int, wanted: Int) {
        self.filter = filter
        self.recipient = recipient
        self.entriesMax = Int64(entriesMax)
        self.wanted = Int64(wanted)
    }

    package func bind(_ parameters: inout Parameters) {
        filter.bind(&parameters)
        parameters.append(entriesMax)
        parameters.append(wanted)
        parameters.append(recipient)
    }

    /// The step.
    package func decode(_ rows: Rows) throws(PostgresError) -> EntryStep { try EntryStep(rows, wanted: wanted) }
}
