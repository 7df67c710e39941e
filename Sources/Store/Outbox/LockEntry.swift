import Domain
import PostgresClient

/// Locks the queue row of an entry, if it has one. To be taken before the entry's own lock (``LockEntry``).
///
/// Locks: that row, until the transaction ends; waits for a claim of it that is not committed yet.
public struct LockQueuedSend: Statement {
    /// The statement.
    public static let sql = """
        SELECT s.lease_owner IS NOT NULL
        FROM queue.send AS s
        WHERE s.entry_id = $1
        FOR UPDATE
        """
    let id: EntryID

    /// Locks that of this entry.
    public init(_ id: EntryID) { self.id = id }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    /// Whether a worker holds it; nil where there is no row.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool? {
        rows.count == 0 ? nil : try rows[0].bool(0)
    }
}

/// Locks an entry of an account, and reads it.
///
/// Locks: the row, `FOR NO KEY UPDATE`, until the transaction ends.
public struct LockEntry: Statement {
    /// The statement.
    public static let sql = """
        SELECT \(EntryRecord.columns)
        FROM outbox.entry AS e
        WHERE e.id = $1
          AND e.account = $2
          AND ($3::text IS NULL OR e.user_id = $3)
        FOR NO KEY UPDATE
        """
    let id: EntryID
    let account: String
    let userID: String?

    /// Locks this one, of this user only where one is given.
    public init(_ id: EntryID, account: String, userID: String?) {
        self.id = id
        self.account = account
        self.userID = userID
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: id.rawValue)
        parameters.append(account)
        parameters.append(userID)
    }

    /// The entry; nil where there is none.
    public func decode(_ rows: Rows) throws(PostgresError) -> EntryRecord? {
        rows.count == 0 ? nil : try EntryRecord(rows[0])
    }
}

/// Reads an entry of an account.
public struct ReadEntry: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT \(EntryRecord.columns)
        FROM outbox.entry AS e
        WHERE e.id = $1
          AND e.account = $2
          AND ($3::text IS NULL OR e.user_id = $3)
        """
    let id: EntryID
    let account: String
    let userID: String?

    /// Reads this one, of this user only where one is given.
    public init(_ id: EntryID, account: String, userID: String?) {
        self.id = id
        self.account = account
        self.userID = userID
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: id.rawValue)
        parameters.append(account)
        parameters.append(userID)
    }

    /// The entry; nil where there is none.
    public func decode(_ rows: Rows) throws(PostgresError) -> EntryRecord? {
        rows.count == 0 ? nil : try EntryRecord(rows[0])
    }
}
