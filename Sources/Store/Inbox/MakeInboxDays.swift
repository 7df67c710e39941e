import PostgresClient

/// Makes today's partition of the inbox and those of the days ahead. Never waits for anyone longer than tens of
/// milliseconds; what could not be done is tried again at the next call.
package struct MakeInboxDays: Statement {
    package static let sql = """
        SELECT made.day, made.outcome, made.row_count, made.detail
        FROM \(LocalCommit.source) CROSS JOIN inbox.make_days($1) AS made
        """
    let daysAhead: Int32

    /// Makes this many days ahead of today.
    package init(ahead daysAhead: Int32) { self.daysAhead = daysAhead }

    package func bind(_ parameters: inout Parameters) { parameters.append(daysAhead) }

    package func decode(_ rows: Rows) throws(PostgresError) -> [DayUpkeep] {
        try rows.map(DayUpkeep.init)
    }
}
