import Domain
import PostgresClient

/// Locks an entry of an account, and reads it.
///
/// Locks: the row, `FOR NO KEY UPDATE`, until the transaction ends.
public struct LockEntry: Statement {
    /// The statement.
    public static let sql = """
        \(EntryOfAccount.sql)
        FOR NO KEY UPDATE
        """
    let wanted: EntryOfAccount

    /// Locks this one, of this user only where one is given.
    public init(_ id: EntryID, account: String, userID: String?) {
        wanted = EntryOfAccount(id: id, account: account, userID: userID)
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { wanted.bind(&parameters) }

    /// The entry; nil where there is none.
    public func decode(_ rows: Rows) throws(PostgresError) -> EntryRecord? { try wanted.decode(rows) }
}
