import PostgresClient

/// Finds the entries with a tag that a filter lets through, newest first, by the index of tags.
///
/// For a tag that few entries have: with any other it gathers all of them, of every account, before it has the first.
/// So callers must bound its time (``LimitStatementTime``). The search for the tag is fenced, so that the planner does
/// not use the account's index, by which ``WalkEntries`` goes.
package struct FindTaggedEntries: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT \(EntryRecord.columns)
        FROM (
            SELECT \(EntryRecord.storedColumns)
            FROM outbox.entry AS e
            WHERE e.tags @> ARRAY[$6::text]
              AND e.tags <> '{}'
            OFFSET 0          -- fence
        ) AS e
        WHERE e.account = $1
          AND e.id < $2::uuid
          AND e.id >= $3::uuid
          AND \(EntryFilter.conditions)
        ORDER BY e.id DESC
        LIMIT $9
        """
    let filter: EntryFilter
    let wanted: Int64

    /// Finds up to `wanted` with the filter's tag, which must be given; the filter's recipient is ignored.
    package init(_ filter: EntryFilter, wanted: Int) {
        self.filter = filter
        self.wanted = Int64(wanted)
    }

    package func bind(_ parameters: inout Parameters) {
        filter.bind(&parameters)
        parameters.append(wanted)
    }

    /// What was found; fewer than wanted are all.
    package func decode(_ rows: Rows) throws(PostgresError) -> [EntryRecord] {
        try rows.map(EntryRecord.init)
    }
}
