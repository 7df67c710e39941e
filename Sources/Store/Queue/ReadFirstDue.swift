import PostgresClient

/// Looks whether any send is due, whoever's and to whichever provider: one probe of an index.
///
/// Not by provider: one that is paused would leave all of its due sends in the way of the others'. So what is due need
/// not be anything that one worker may claim; that is for ``ReadDueAccounts`` to tell.
///
/// Entries of rows that died under a held snapshot stay in the index, before all that is due: it passes those from
/// where it begins.
package struct ReadFirstDue: Statement {
    package static let access = StatementAccess.reads
    /// The statement. It repeats the condition of `send_due_order_idx`.
    package static let sql = """
        SELECT first.due_at IS NOT NULL, least(first.due_at, now() - $2)
        FROM (
            SELECT (SELECT q.due_at
                    FROM queue.send AS q
                    WHERE q.lease_owner IS NULL
                      AND q.tries >= 0
                      AND q.due_at >= $1
                      AND q.due_at <= now()
                    ORDER BY q.due_at
                    LIMIT 1) AS due_at
            OFFSET 0  -- fence: once, not for each use of it
        ) AS first
        """
    let dueFrom: Int64

    /// Begins at a due time, in microseconds since 1970; `Int64.min`: with the first there is.
    package init(from dueFrom: Int64) { self.dueFrom = dueFrom }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(timestamptz: dueFrom)
        parameters.append(interval: ReadDueAccounts.lateness)
    }

    /// Whether any is due, and from when on: nothing was before, as ``DueAccount/normalFrom`` has it.
    package func decode(_ rows: Rows) throws(PostgresError) -> (isAnyDue: Bool, dueFrom: Int64) {
        try rows.single { row throws(PostgresError) in (try row.bool(), try row.timestamptz()) }
    }
}
