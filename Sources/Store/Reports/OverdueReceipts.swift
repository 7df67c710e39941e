import PostgresClient

/// Accepted sends whose receipt is overdue, the longest waiting first, with what a provider's support needs to find
/// them: ids, number, and times in its own zone beside UTC.
package struct OverdueReceipts: Statement {
    /// Headings, one for each column.
    package static let columns = [
        "provider", "our_message_id", "provider_message_id", "number", "dispatched_utc", "accepted_utc",
        "dispatched_local", "accepted_local", "time_zone", "times_asked", "looked_for_until_utc",
    ]
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT o.provider, o.attempt_id::text, o.provider_message_id, a.recipient_phone_number,
               to_char(o.dispatched_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
               to_char(o.accepted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
               to_char(o.dispatched_at AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI:SS'),
               to_char(o.accepted_at AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI:SS'), $1::text,
               o.tries::text, to_char(o.deadline_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        FROM monitor.overdue_receipts(NULL) AS o  -- of all, where the view has the oldest only
        JOIN outbox.attempt AS a ON a.id = o.attempt_id
        ORDER BY o.accepted_at, o.attempt_id
        LIMIT $2
        """
    let timeZone: String
    let limit: Int32

    /// Reads up to `limit`; `timeZone` is the provider's, by a name Postgres knows.
    package init(timeZone: String, limit: Int32) {
        self.timeZone = timeZone
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(timeZone)
        parameters.append(limit)
    }

    /// The rows; NULL is empty.
    package func decode(_ rows: Rows) throws(PostgresError) -> [[String]] {
        try rows.map { row throws(PostgresError) in
            var cells: [String] = []
            for _ in Self.columns { cells.append(try row.optionalText() ?? "") }
            return cells
        }
    }
}
