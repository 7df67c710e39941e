import Domain
import PostgresClient

/// Reads an entry of an account.
public struct ReadEntry: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = EntryOfAccount.sql
    let wanted: EntryOfAccount

    /// Reads this one, of this user only where one is given.
    public init(_ id: EntryID, account: String, userID: String?) {
        wanted = EntryOfAccount(id: id, account: account, userID: userID)
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { wanted.bind(&parameters) }

    /// The entry; nil where there is none.
    public func decode(_ rows: Rows) throws(PostgresError) -> EntryRecord? { try wanted.decode(rows) }
}
