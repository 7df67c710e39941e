import Domain
import PostgresClient

/// A step of a list of entries: what was found among those it walked over.
public struct EntryStep: Sendable, Equatable {
    /// How far a step came.
    public enum Reach: Sendable, Equatable {
        /// As many were found as were wanted.
        case wanted
        /// As many were walked over as it may: the last of them.
        case entry(EntryID)
        /// There are no more.
        case end
    }

    /// Those that the filter lets through, newest first.
    public var found: [EntryRecord]
    /// How far it came.
    public var reach: Reach

    /// Makes one.
    public init(found: [EntryRecord], reach: Reach) {
        self.found = found
        self.reach = reach
    }
}

/// Walks over an account's entries, newest first, and finds those that a filter lets through: at most so many are walked
/// over, however few are found, so that each step is short in an outbox of any size.
///
/// Behind ``ReadInOrder``. The place is compared as a row and the account is part of the order, so that one index only has
/// it, `entry_account_idx`: with `account = $1 … ORDER BY id`, where one account has nearly all entries by the
/// statistics, the primary key is walked over, all accounts' entries with it. Read as the index goes, and no further than
/// is wanted. The last one that is walked over comes, too, where it is not let through: it says how far the step came.
public struct WalkEntries: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
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

    /// Walks over up to `entriesMax` and finds up to `wanted`; both above 0. The filter's recipient is not heeded.
    public init(_ filter: EntryFilter, entriesMax: Int, wanted: Int) {
        self.filter = filter
        self.entriesMax = Int64(entriesMax)
        self.wanted = Int64(wanted)
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        filter.bind(&parameters)
        parameters.append(entriesMax)
        parameters.append(wanted)
    }

    /// The step.
    public func decode(_ rows: Rows) throws(PostgresError) -> EntryStep { try EntryStep(rows, wanted: wanted) }
}

/// The same for the entries to one number, by `entry_recipient_idx`.
public struct WalkEntriesToNumber: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
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
    public init(_ filter: EntryFilter, to recipient: String, entriesMax: Int, wanted: Int) {
        self.filter = filter
        self.recipient = recipient
        self.entriesMax = Int64(entriesMax)
        self.wanted = Int64(wanted)
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        filter.bind(&parameters)
        parameters.append(entriesMax)
        parameters.append(wanted)
        parameters.append(recipient)
    }

    /// The step.
    public func decode(_ rows: Rows) throws(PostgresError) -> EntryStep { try EntryStep(rows, wanted: wanted) }
}

extension EntryStep {
    /// Reads the rows of a walk.
    fileprivate init(_ rows: Rows, wanted: Int64) throws(PostgresError) {
        self.init(found: [], reach: Int64(rows.count) < wanted ? .end : .wanted)
        for index in 0..<rows.count {
            let row = rows[index]
            let entry = try EntryRecord(row)
            if try row.bool(EntryRecord.columnCount) { found.append(entry) }
            if try row.bool(EntryRecord.columnCount + 1) { reach = .entry(entry.id) }
        }
    }
}
