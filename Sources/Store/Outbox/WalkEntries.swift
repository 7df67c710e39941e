import PostgresClient

/// Walks over an account's entries, newest first, and finds those that a filter lets through: at most so many are walked
/// over, however few are found, so that each step is short in an outbox of any size.
///
/// Run it after ``ReadInOrder``. The place is compared as a row and the account is part of the order, so that only one
/// index fits, `entry_account_idx`. With `account = $1 … ORDER BY id`, if one account has nearly all entries by the
/// statistics, the primary key would be walked, and with it all accounts' entries. Rows are read in the index's order,
/// and no further than is wanted. The last entry walked over is returned even where the filter does not let it through:
/// it says how far the step came.
package struct WalkEntries: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT \(EntryRecord.columns), e.is_found, e.place = $9
        FROM (
            SELECT \(EntryRecord.storedColumns),
                   \(EntryFilter.conditions) AS is_found,
                   row_number() OVER (ORDER BY e.account DESC, e.id DESC) AS place
            FROM outbox.entry AS e
            WHERE (e.account, e.id) < ($1, $2::uuid)
              AND (e.account, e.id) >= ($1, $3::uuid)
            ORDER BY e.account DESC, e.id DESC
            LIMIT $9
        ) AS e
        WHERE e.is_found OR e.place = $9
        ORDER BY e.account DESC, e.id DESC
        LIMIT $10
        """
    let filter: EntryFilter
    let entriesMax: Int64
    let wanted: Int64

    /// Walks over up to `entriesMax` and finds up to `wanted`; both above 0. The filter's recipient is ignored.
    package init(_ filter: EntryFilter, entriesMax: Int, wanted: Int) {
        self.filter = filter
        self.entriesMax = Int64(entriesMax)
        self.wanted = Int64(wanted)
    }

    package func bind(_ parameters: inout Parameters) {
        filter.bind(&parameters)
        parameters.append(entriesMax)
        parameters.append(wanted)
    }

    /// The step.
    package func decode(_ rows: Rows) throws(PostgresError) -> EntryStep { try EntryStep(rows, wanted: wanted) }
}
